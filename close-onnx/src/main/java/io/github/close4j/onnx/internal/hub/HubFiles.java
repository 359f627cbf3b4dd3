package io.github.close4j.onnx.internal.hub;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Json;
import io.github.close4j.onnx.internal.checkpoint.HuggingFaceDirectory;
import io.github.close4j.onnx.internal.checkpoint.WeightFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds models on this machine and fetches them; {@code ModelHub} says what that means. */
public final class HubFiles {
  /** What a model may have beside its weights. */
  private static final List<String> DESCRIPTIONS =
      List.of(
          HuggingFaceDirectory.CONFIG,
          HuggingFaceDirectory.PREPROCESSOR,
          HuggingFaceDirectory.TOKENIZER);

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
    return run(repository, revision, List.of(HuggingFaceDirectory.CONFIG), HubFiles::modelFiles);
  }

  /** Fetches files by name. */
  public Path download(String repository, String revision, List<String> files) {
    files.forEach(HubCache::requireFile);
    return run(
        repository,
        revision,
        files,
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

  private Path run(String repository, String revision, List<String> least, Selection selection) {
    HubCache.requireRepository(repository);
    HubCache.requireRevision(revision);
    HubCache cache = new HubCache(options.cache(), repository);
    if (options.offline()) {
      return offline(cache, repository, revision, least);
    }
    HubClient client = new HubClient(options.endpoint(), options.token());
    SnapshotDownload download =
        new SnapshotDownload(client, cache, repository, revision, options.progress());
    try {
      selection.of(download);
      return download.finish();
    } catch (java.nio.file.FileSystemException e) {
      throw new UncheckedIOException("cannot write the cache: " + FileFailure.reason(e), e);
    } catch (IOException e) {
      throw HubClient.failure("%s at %s: %s".formatted(repository, options.endpoint(), e), e);
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
              new UnusableFileException(
                  options.cache(),
                  "expected the model %s at revision %s, as the network is switched off; found none"
                      .formatted(repository, revision)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the cache: " + FileFailure.reason(e), e);
    }
  }

  private static void modelFiles(SnapshotDownload download) throws IOException {
    download.require(HuggingFaceDirectory.CONFIG);
    for (String file : DESCRIPTIONS) {
      download.add(file);
    }
    for (String file : HuggingFaceDirectory.WEIGHTS) {
      Optional<Path> weights = download.add(file);
      if (weights.isPresent()) {
        if (file.endsWith(WeightFiles.INDEX_SUFFIX)) {
          for (String shard : shards(weights.get())) {
            download.require(shard);
          }
        }
        return;
      }
    }
    throw HubClient.failure(
        "expected one of " + HuggingFaceDirectory.WEIGHTS + ", found none", null);
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
