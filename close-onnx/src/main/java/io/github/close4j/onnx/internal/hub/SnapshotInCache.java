package io.github.close4j.onnx.internal.hub;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Files of one commit that are on this machine; what is missing is told at the end, all of it. */
final class SnapshotInCache implements Snapshot {
  private final HubCache cache;
  private final Inventory inventory;
  private final String repository;
  private final String revision;
  private final String commit;
  private final Set<String> files = new LinkedHashSet<>();
  private final List<String> missing = new ArrayList<>();

  /**
   * Files of a folder of the cache.
   *
   * @param commit what {@code revision} stands for; empty if that is not known here
   */
  SnapshotInCache(HubCache cache, String repository, String revision, String commit) {
    this.cache = cache;
    this.inventory = new Inventory(new Pins(cache.folder(), revision));
    this.repository = repository;
    this.revision = revision;
    this.commit = commit;
  }

  @Override
  public void require(String file) {
    if (!add(file)) {
      missing.add(file);
    }
  }

  @Override
  public boolean add(String file) {
    boolean isThere = contents(file).isPresent();
    if (isThere) {
      files.add(file);
    }
    return isThere;
  }

  @Override
  public void requireOneOf(List<String> names) {
    missing.add("one of " + names);
  }

  @Override
  public Optional<Path> contents(String file) {
    return commit.isEmpty()
        ? Optional.empty()
        : Optional.of(cache.snapshot(commit).resolve(file)).filter(Files::isRegularFile);
  }

  @Override
  public void addTo(DiskSpace space) {
    // Nothing is written.
  }

  @Override
  public long bytes() throws IOException {
    long bytes = 0;
    for (String file : files) {
      bytes += Files.size(cache.snapshot(commit).resolve(file));
    }
    return bytes;
  }

  @Override
  public List<String> missing() {
    return missing.stream().map(file -> repository + ": " + file).toList();
  }

  @Override
  public Path finish() throws IOException {
    if (!missing.isEmpty()) {
      throw new UnusableFileException(
          cache.folder(),
          "expected the model %s at revision %s, as the network is switched off; found none of %s"
              .formatted(repository, revision, missing));
    }
    Path snapshot = cache.snapshot(commit);
    for (String file : files) {
      inventory.checkOffline(snapshot.resolve(file), file, commit);
    }
    return snapshot;
  }
}
