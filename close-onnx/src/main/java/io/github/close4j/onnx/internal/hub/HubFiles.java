package io.github.close4j.onnx.internal.hub;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Interruption;
import io.github.close4j.internal.io.Json;
import io.github.close4j.onnx.internal.checkpoint.HuggingFaceDirectory;
import io.github.close4j.onnx.internal.checkpoint.WeightFiles;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds models on this machine and fetches them; {@code ModelHub} says what that means. */
public final class HubFiles {
  /** What a model may have beside its settings and weights. */
  private static final List<String> DESCRIPTIONS =
      List.of(HuggingFaceDirectory.PREPROCESSOR, HuggingFaceDirectory.PROCESSOR);

  /** Where a repository has no {@code tokenizer.json}. */
  private static final List<String> OLDER_TOKENIZERS =
      List.of(
          TokenizerFiles.SENTENCEPIECE,
          TokenizerFiles.VOCABULARY,
          TokenizerFiles.MERGES,
          TokenizerFiles.SETTINGS);

  private final HubOptions options;

  /** Models of one cache and one hub. Opens nothing. */
  public HubFiles(HubOptions options) {
    this.options = options;
  }

  /** A model in a directory of that name or in the cache, without the network. */
  public Path find(String model, String revision) {
    Path directory = path(model);
    if (Files.isDirectory(directory)) {
      return directory;
    }
    if (!HubCache.isRepository(model)) {
      throw new UnusableFileException(directory, "expected a directory, found none");
    }
    HubCache cache = new HubCache(options.cache(), model);
    HubCache.requireRevision(revision);
    try {
      Optional<Path> snapshot = cache.commit(revision).map(cache::snapshot);
      return snapshot
          .filter(found -> Files.isRegularFile(found.resolve(HuggingFaceDirectory.CONFIG)))
          .orElseThrow(
              () ->
                  new UnusableFileException(
                      options.cache(),
                      "expected the model %s at revision %s, found none; download it first"
                          .formatted(model, revision)));
    } catch (IOException e) {
      throw new UnusableFileException(
          options.cache(), "cannot be read: " + FileFailure.reason(e), e);
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

  /** Fetches a CLIP or T5: its descriptions as far as it has them, and its weights. */
  public Path download(String repository, String revision) {
    return run(repository, revision, HubFiles::modelFiles);
  }

  /** Fetches files by name. */
  public Path download(String repository, String revision, List<String> files) {
    files.forEach(HubCache::requireFile);
    return run(repository, revision, snapshot -> files(snapshot, files));
  }

  private static void files(Snapshot snapshot, List<String> files) throws IOException {
    for (String file : files) {
      snapshot.require(file);
    }
  }

  /** Names the files of a download, one after the other. */
  @FunctionalInterface
  interface Selection {
    void of(Snapshot snapshot) throws IOException;
  }

  private Path run(String repository, String revision, Selection selection) {
    return guarded(
        () -> {
          Snapshot snapshot = snapshot(repository, revision);
          selection.of(snapshot);
          DiskSpace space = new DiskSpace();
          snapshot.addTo(space);
          space.require();
          return snapshot.finish();
        });
  }

  /** Files of a revision that are to be named: from the hub, or offline those of the cache. */
  Snapshot snapshot(String repository, String revision) throws IOException {
    HubCache.requireRepository(repository);
    HubCache.requireRevision(revision);
    HubCache cache = new HubCache(options.cache(), repository);
    if (options.offline()) {
      return new SnapshotInCache(cache, repository, revision, cache.commit(revision).orElse(""));
    }
    HubClient client = new HubClient(options.endpoint(), options.token());
    return new SnapshotDownload(client, cache, repository, revision, options.progress());
  }

  /** A download that may fail. */
  @FunctionalInterface
  interface Download<T> {
    T run() throws IOException;
  }

  /** Says in one line what kept a download from its end. */
  <T> T guarded(Download<T> download) {
    try {
      return download.run();
    } catch (FileSystemException e) {
      throw new UncheckedIOException(
          "cannot %s the cache: %s"
              .formatted(options.offline() ? "read" : "write", FileFailure.reason(e)),
          e);
    } catch (ConnectException | HttpTimeoutException e) {
      throw HttpFiles.failure(
          "%s cannot be reached: %s; what is in the cache can be used offline"
              .formatted(servers(), e.getMessage() == null ? "no connection" : e.getMessage()),
          e);
    } catch (IOException e) {
      Interruption.requireNot(e);
      throw HttpFiles.failure(servers() + ": " + e, e);
    }
  }

  private String servers() {
    return options.endpoint() + " or " + options.bucket();
  }

  /** Names the files of a CLIP or T5: descriptions as far as it has them, and weights. */
  static void modelFiles(Snapshot snapshot) throws IOException {
    snapshot.require(HuggingFaceDirectory.CONFIG);
    for (String file : DESCRIPTIONS) {
      snapshot.add(file);
    }
    if (!snapshot.add(HuggingFaceDirectory.TOKENIZER)) {
      for (String file : OLDER_TOKENIZERS) {
        snapshot.add(file);
      }
    }
    for (String file : HuggingFaceDirectory.WEIGHTS) {
      if (snapshot.add(file)) {
        if (file.endsWith(WeightFiles.INDEX_SUFFIX)) {
          files(snapshot, shards(snapshot.contents(file).orElseThrow()));
        }
        return;
      }
    }
    snapshot.requireOneOf(HuggingFaceDirectory.WEIGHTS);
  }

  private static List<String> shards(Path index) {
    Json json = Json.read(index);
    if (!json.isObject("weight_map")) {
      return List.of();
    }
    try {
      return json.textsByName("weight_map").values().stream()
          .distinct()
          .sorted()
          .map(HubCache::requireFile)
          .toList();
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(index, "weight_map: " + e.getMessage(), e);
    }
  }
}
