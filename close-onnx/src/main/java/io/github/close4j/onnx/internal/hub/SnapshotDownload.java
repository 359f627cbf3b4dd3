package io.github.close4j.onnx.internal.hub;

import com.google.common.math.LongMath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One download: files of one commit, whatever happens to the branch meanwhile. All of them are
 * asked for before any is fetched, so that what is missing or has no room is told at once.
 */
final class SnapshotDownload implements Snapshot, BlobDownload.Server {
  private final HubClient client;
  private final HubCache cache;
  private final Inventory inventory;
  private final String repository;
  private final String revision;
  private final ObjDoubleConsumer<String> progress;
  private final Map<String, RemoteFile> files = new LinkedHashMap<>();
  private final Set<String> absent = new LinkedHashSet<>();
  private final Set<RemoteFile> present = new LinkedHashSet<>();
  private @Nullable String commit;

  SnapshotDownload(
      HubClient client,
      HubCache cache,
      String repository,
      String revision,
      ObjDoubleConsumer<String> progress) {
    this.client = client;
    this.cache = cache;
    this.inventory = new Inventory(new Pins(cache.folder(), revision));
    this.repository = repository;
    this.revision = revision;
    this.progress = progress;
    this.commit = HubCache.isCommit(revision) ? revision : null;
  }

  @Override
  public void require(String file) throws IOException {
    if (!add(file)) {
      throw HttpFiles.failure(
          "%s at revision %s: expected a file %s, found none".formatted(repository, revision, file),
          null);
    }
  }

  @Override
  public boolean add(String file) throws IOException {
    if (files.containsKey(file)) {
      return true;
    }
    HubClient.Description found =
        client.describe(repository, commit == null ? revision : commit, file);
    RemoteFile remote = found.file();
    if (remote == null) {
      absent.add(file);
      return false;
    }
    if (commit != null && !remote.revision().equals(commit)) {
      throw HttpFiles.failure(
          "%s: expected it of commit %s, found %s".formatted(file, commit, remote.revision()),
          null);
    }
    inventory.requireUnchangedThere(remote);
    commit = remote.revision();
    files.put(file, remote);
    return true;
  }

  @Override
  public void requireOneOf(List<String> names) {
    throw HttpFiles.failure(
        "%s at revision %s: expected one of %s, found none".formatted(repository, revision, names),
        null);
  }

  @Override
  public Optional<Path> contents(String file) throws IOException {
    RemoteFile remote = add(file) ? files.get(file) : null;
    return remote == null ? Optional.empty() : Optional.of(fetched(remote));
  }

  @Override
  public List<String> missing() {
    return List.of();
  }

  @Override
  public long bytes() {
    return files.values().stream().mapToLong(RemoteFile::size).reduce(0, LongMath::saturatedAdd);
  }

  @Override
  public void addTo(DiskSpace space) throws IOException {
    for (RemoteFile file : files.values()) {
      Path blob = cache.blob(file.hash());
      if (!Files.exists(blob)) {
        space.need(cache.folder(), BlobDownload.missingBytes(file, BlobDownload.incomplete(blob)));
      }
    }
  }

  /** Where a file's contents are, which are those that the hub announced and no others. */
  private Path fetched(RemoteFile file) throws IOException {
    Path blob = cache.blob(file.hash());
    if (present.contains(file)) {
      return blob;
    }
    boolean isMissing = !Files.exists(blob);
    if (isMissing) {
      new BlobDownload(this, file, progress).to(BlobDownload.incomplete(blob), blob);
    }
    inventory.check(blob, file, isMissing);
    present.add(file);
    return blob;
  }

  @Override
  public Path finish() throws IOException {
    if (commit == null) {
      throw HttpFiles.failure(repository + ": no files were asked for", null);
    }
    for (RemoteFile file : files.values()) {
      fetched(file);
    }
    for (RemoteFile file : files.values()) {
      cache.link(commit, file.name(), file.hash());
    }
    for (String file : absent) {
      cache.noteAbsent(commit, file);
    }
    cache.setRef(revision, commit);
    return cache.snapshot(commit);
  }

  @Override
  public HttpFiles http() {
    return client.http();
  }

  @Override
  public RemoteFile located(RemoteFile file) throws IOException {
    RemoteFile found = client.describe(repository, file.revision(), file.name()).file();
    return found == null ? file : found;
  }
}
