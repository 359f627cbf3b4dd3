package io.github.close4j.onnx.internal.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.JsonFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds models on this machine: in a directory, or in the cache that Python's {@code
 * huggingface_hub} fills and reads. {@link #download} alone uses the network; what it fetches goes
 * into that cache, so Python finds it too. Thread-safe.
 *
 * <pre>{@code
 * ModelFiles files = new ModelFiles(HubOptions.fromEnvironment());
 * Path clip = files.download("openai/clip-vit-large-patch14", "main", DownloadListener.SILENT);
 * }</pre>
 */
public final class ModelFiles {
  private static final String CONFIG = "config.json";

  /** What a model may have beside its weights. */
  private static final List<String> DESCRIPTIONS =
      List.of(CONFIG, "preprocessor_config.json", "tokenizer.json");

  /** Weights, the best first; the first that there is counts. */
  private static final List<String> WEIGHTS =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  private static final String INDEX_SUFFIX = ".index.json";

  private final HubOptions options;

  /**
   * Models of one cache and one hub. Opens nothing.
   *
   * @param options where they are
   */
  public ModelFiles(HubOptions options) {
    this.options = options;
  }

  /**
   * Finds a model without using the network.
   *
   * @param model a directory, or {@code owner/name} of a repository in the cache
   * @param revision a branch, a tag or a commit's full hash; without effect for a directory
   * @return the directory that holds its files
   * @throws UnusableFileException if there is neither, or it has no {@code config.json}
   * @throws IllegalArgumentException if {@code model} is neither a path nor a repository's name, or
   *     {@code revision} cannot be one
   */
  public Path find(String model, String revision) {
    Path directory = path(model);
    if (Files.isDirectory(directory)) {
      return directory;
    }
    if (!Names.isRepository(model)) {
      throw new UnusableFileException(directory, "expected a directory, found none");
    }
    HubCache cache = new HubCache(options.cache(), model);
    Names.requireRevision(revision);
    try {
      Optional<Path> snapshot = cache.commit(revision).map(cache::snapshot);
      return snapshot
          .filter(found -> Files.isRegularFile(found.resolve(CONFIG)))
          .orElseThrow(
              () ->
                  new UnusableFileException(
                      options.cache(),
                      "expected the model %s at revision %s, found none; download it first"
                          .formatted(model, revision)));
    } catch (IOException e) {
      throw new UnusableFileException(options.cache(), "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Path path(String model) {
    try {
      return Path.of(model);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "model: expected a directory or owner/name, found '" + model + "'", e);
    }
  }

  /**
   * Fetches a CLIP or T5: its configuration, tokenizer and preprocessing as far as it has them, and
   * its weights, safetensors first, with all shards. Files that are in the cache are not fetched
   * again. The snapshot of a commit gets its files only when all of them are there and have the
   * hashes that the hub announced; what was fetched of an interrupted download is used by the next.
   * A connection that stalls is waited for; interrupting the thread ends the download.
   *
   * @param repository {@code owner/name}
   * @param revision a branch, a tag, or a commit's full hash, which alone is sure to stay the same
   * @param listener told how it goes
   * @return the directory that holds the files
   * @throws DownloadException if a file cannot be fetched, is not what was announced, or the
   *     network is switched off and the model is not there
   * @throws IllegalArgumentException if a name cannot be one
   * @throws UncheckedIOException if the cache cannot be written
   */
  public Path download(String repository, String revision, DownloadListener listener) {
    return run(repository, revision, List.of(CONFIG), listener, ModelFiles::modelFiles);
  }

  /**
   * Fetches files by name, otherwise as {@link #download(String, String, DownloadListener)}.
   *
   * @param repository {@code owner/name}
   * @param revision a branch, a tag, or a commit's full hash
   * @param files names in the repository
   * @param listener told how it goes
   * @return the directory that holds the files
   * @throws DownloadException if a file cannot be fetched, is not what was announced, or the
   *     network is switched off and one is not there
   * @throws IllegalArgumentException if a name cannot be one
   * @throws UncheckedIOException if the cache cannot be written
   */
  public Path download(
      String repository, String revision, List<String> files, DownloadListener listener) {
    files.forEach(Names::requireFile);
    return run(
        repository,
        revision,
        files,
        listener,
        download -> {
          for (String file : files) {
            download.require(file);
          }
        });
  }

  /** Names the files of a download, one after the other. */
  @FunctionalInterface
  private interface Selection {
    void of(SnapshotDownload download) throws IOException;
  }

  private Path run(
      String repository,
      String revision,
      List<String> least,
      DownloadListener listener,
      Selection selection) {
    Names.requireRepository(repository);
    Names.requireRevision(revision);
    HubCache cache = new HubCache(options.cache(), repository);
    if (options.offline()) {
      return offline(cache, repository, revision, least);
    }
    HubClient client = new HubClient(options.endpoint(), options.token());
    SnapshotDownload download = new SnapshotDownload(client, cache, repository, revision, listener);
    try {
      selection.of(download);
      return download.finish();
    } catch (java.nio.file.FileSystemException e) {
      throw new UncheckedIOException("cannot write the cache: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DownloadException("%s at %s: %s".formatted(repository, options.endpoint(), e), e);
    }
  }

  private Path offline(HubCache cache, String repository, String revision, List<String> least) {
    try {
      Optional<Path> snapshot = cache.commit(revision).map(cache::snapshot);
      for (String file : least) {
        snapshot = snapshot.filter(found -> Files.isRegularFile(found.resolve(file)));
      }
      return snapshot.orElseThrow(
          () ->
              new DownloadException(
                  "%s at revision %s is not in %s, and the network is switched off"
                      .formatted(repository, revision, options.cache()),
                  null));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the cache: " + e.getMessage(), e);
    }
  }

  private static void modelFiles(SnapshotDownload download) throws IOException {
    download.require(CONFIG);
    for (String file : DESCRIPTIONS) {
      download.add(file);
    }
    for (String file : WEIGHTS) {
      Optional<Path> weights = download.add(file);
      if (weights.isPresent()) {
        if (file.endsWith(INDEX_SUFFIX)) {
          for (String shard : shards(weights.get())) {
            download.require(shard);
          }
        }
        return;
      }
    }
    throw new DownloadException("expected one of " + WEIGHTS + ", found none", null);
  }

  private static List<String> shards(Path index) {
    JsonObject json = read(index);
    TreeSet<String> names = new TreeSet<>();
    if (json.get("weight_map") instanceof JsonObject map) {
      for (Map.Entry<String, JsonElement> entry : map.entrySet()) {
        names.add(shard(index, entry.getValue()));
      }
    }
    return new ArrayList<>(names);
  }

  private static JsonObject read(Path index) {
    try {
      return JsonFile.read(index);
    } catch (IOException e) {
      throw new UnusableFileException(index, e.getMessage(), e);
    }
  }

  private static String shard(Path index, JsonElement name) {
    try {
      return Names.requireFile(name.getAsString());
    } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
      throw new UnusableFileException(
          index, "weight_map: expected names of files, found " + name, e);
    }
  }
}
