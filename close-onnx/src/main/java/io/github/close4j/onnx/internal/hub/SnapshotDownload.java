package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One download: files of one commit, whatever happens to the branch meanwhile. */
final class SnapshotDownload {
  private final HubClient client;
  private final HubCache cache;
  private final String repository;
  private final String revision;
  private final DownloadListener listener;
  private final Map<String, RemoteFile> files = new LinkedHashMap<>();
  private @Nullable String commit;

  SnapshotDownload(
      HubClient client,
      HubCache cache,
      String repository,
      String revision,
      DownloadListener listener) {
    this.client = client;
    this.cache = cache;
    this.repository = repository;
    this.revision = revision;
    this.listener = listener;
    this.commit = Names.isCommit(revision) ? revision : null;
  }

  /** Fetches a file that must be there. */
  Path require(String file) throws IOException {
    return add(file)
        .orElseThrow(
            () ->
                new DownloadException(
                    "%s at revision %s: expected a file %s, found none"
                        .formatted(repository, revision, file),
                    null));
  }

  /** Fetches a file, if the repository has it; returns where its contents are. */
  Optional<Path> add(String file) throws IOException {
    RemoteFile known = files.get(file);
    if (known != null) {
      return Optional.of(cache.blob(known.hash()));
    }
    Optional<RemoteFile> found =
        client.describe(repository, commit == null ? revision : commit, file);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    RemoteFile remote = found.get();
    if (commit != null && !remote.commit().equals(commit)) {
      throw new DownloadException(
          "%s: expected it of commit %s, found %s".formatted(file, commit, remote.commit()), null);
    }
    commit = remote.commit();
    Path blob = cache.blob(remote.hash());
    new BlobDownload(client, remote, listener).to(blob);
    files.put(file, remote);
    return Optional.of(blob);
  }

  /** Makes the snapshot of what was fetched. */
  Path finish() throws IOException {
    if (commit == null) {
      throw new DownloadException(repository + ": no files were asked for", null);
    }
    for (RemoteFile file : files.values()) {
      cache.link(commit, file.name(), file.hash());
    }
    cache.setRef(revision, commit);
    return cache.snapshot(commit);
  }
}
