package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;

/** One download: files of one commit, whatever happens to the branch meanwhile. */
final class SnapshotDownload {
  private final HubClient client;
  private final HubCache cache;
  private final String repository;
  private final String revision;
  private final ObjDoubleConsumer<String> progress;
  private final Map<String, HubClient.RemoteFile> files = new LinkedHashMap<>();
  private @Nullable String commit;

  SnapshotDownload(
      HubClient client,
      HubCache cache,
      String repository,
      String revision,
      ObjDoubleConsumer<String> progress) {
    this.client = client;
    this.cache = cache;
    this.repository = repository;
    this.revision = revision;
    this.progress = progress;
    this.commit = HubCache.isCommit(revision) ? revision : null;
  }

  /** Fetches a file that must be there. */
  Path require(String file) throws IOException {
    return add(file)
        .orElseThrow(
            () ->
                HubClient.failure(
                    "%s at revision %s: expected a file %s, found none"
                        .formatted(repository, revision, file),
                    null));
  }

  /** Fetches a file, if the repository has it; returns where its contents are. */
  Optional<Path> add(String file) throws IOException {
    HubClient.RemoteFile known = files.get(file);
    if (known != null) {
      return Optional.of(cache.blob(known.hash()));
    }
    Optional<HubClient.RemoteFile> found =
        client.describe(repository, commit == null ? revision : commit, file);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    HubClient.RemoteFile remote = found.get();
    if (commit != null && !remote.commit().equals(commit)) {
      throw HubClient.failure(
          "%s: expected it of commit %s, found %s".formatted(file, commit, remote.commit()), null);
    }
    commit = remote.commit();
    Path blob = cache.blob(remote.hash());
    new BlobDownload(client, remote, progress).to(blob);
    files.put(file, remote);
    return Optional.of(blob);
  }

  /** Makes the snapshot of what was fetched. */
  Path finish() throws IOException {
    if (commit == null) {
      throw HubClient.failure(repository + ": no files were asked for", null);
    }
    for (HubClient.RemoteFile file : files.values()) {
      cache.link(commit, file.name(), file.hash());
    }
    cache.setRef(revision, commit);
    return cache.snapshot(commit);
  }
}
