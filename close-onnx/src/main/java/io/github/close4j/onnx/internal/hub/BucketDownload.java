package io.github.close4j.onnx.internal.hub;

import com.google.common.hash.Hashing;
import com.google.common.math.LongMath;
import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjDoubleConsumer;

/**
 * Files of the authors' bucket. They have a folder of their own beside the hub's models, in which
 * they stand under the names that they have in the bucket: {@code
 * models--ai2-prior-close/snapshots/main/models/s-cap/model.json}. So a file that was fetched by
 * other means can be put there too.
 */
final class BucketDownload implements Snapshot, BlobDownload.Server {
  private static final String REPOSITORY = "ai2-prior-close";
  private static final String REVISION = "main";

  private final BucketClient client;
  private final HubCache cache;
  private final Inventory inventory;
  private final ObjDoubleConsumer<String> progress;
  private final Map<String, RemoteFile> files = new LinkedHashMap<>();

  private BucketDownload(HubOptions options) {
    client = new BucketClient(options.bucket());
    cache = new HubCache(options.cache(), REPOSITORY);
    inventory = new Inventory(new Pins(cache.folder(), REVISION), cache.snapshot(REVISION));
    progress = options.progress();
  }

  /** Files that are to be named: from the bucket, or offline those of the cache. */
  static Snapshot of(HubOptions options) {
    return options.offline()
        ? new SnapshotInCache(
            new HubCache(options.cache(), REPOSITORY), REPOSITORY, REVISION, REVISION)
        : new BucketDownload(options);
  }

  /** The SHA-256 of a file that was fetched or put there. */
  static String sha256(HubOptions options, String file) throws IOException {
    HubCache cache = new HubCache(options.cache(), REPOSITORY);
    Optional<Pins.Pin> pin = new Pins(cache.folder(), REVISION).find(file);
    return pin.isPresent()
        ? pin.get().sha256()
        : WholeFile.sha256(cache.snapshot(REVISION).resolve(file));
  }

  @Override
  public void require(String file) throws IOException {
    if (!files.containsKey(file)) {
      RemoteFile remote = client.describe(file);
      inventory.requireUnchangedThere(remote);
      files.put(file, remote);
    }
  }

  @Override
  public boolean add(String file) throws IOException {
    require(file);
    return true;
  }

  @Override
  public void requireOneOf(List<String> names) {
    throw HttpFiles.failure("expected one of " + names + ", found none", null);
  }

  @Override
  public Optional<Path> contents(String file) throws IOException {
    require(file);
    RemoteFile remote = files.get(file);
    return remote == null ? Optional.empty() : Optional.of(fetched(remote));
  }

  private Path place(RemoteFile file) {
    return cache.snapshot(REVISION).resolve(file.name());
  }

  /** What came of one version of a file is no part of another one. */
  private Path incomplete(RemoteFile file) {
    String version = file.name() + "\n" + file.revision() + "\n" + file.size();
    String key = Hashing.sha256().hashString(version, StandardCharsets.UTF_8).toString();
    return BlobDownload.incomplete(cache.blob(key));
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
      if (!Files.exists(place(file))) {
        space.need(cache.folder(), BlobDownload.missingBytes(file, incomplete(file)));
      }
    }
  }

  private Path fetched(RemoteFile file) throws IOException {
    Path place = place(file);
    boolean isMissing = !Files.exists(place);
    if (isMissing) {
      Path incomplete = incomplete(file);
      if (file.validator().isEmpty()) {
        // Nothing tells whether what came earlier is a part of what comes now.
        Files.deleteIfExists(incomplete);
      }
      new BlobDownload(this, file, progress).to(incomplete, place);
    }
    inventory.check(place, file, isMissing);
    return place;
  }

  @Override
  public Path finish() throws IOException {
    for (RemoteFile file : files.values()) {
      fetched(file);
    }
    return cache.snapshot(REVISION);
  }

  @Override
  public HttpFiles http() {
    return client.http();
  }

  @Override
  public RemoteFile located(RemoteFile file) throws IOException {
    return client.describe(file.name());
  }
}
