package io.github.close4j.onnx.internal.hub;

import io.github.close4j.internal.io.Interruption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one file. Until it is whole and has its hash it stands under a name of its own; what is
 * there of it is kept over broken connections, failed downloads and killed processes.
 */
final class BlobDownload {
  /** Connections that bring nothing, one after the other, before it is given up. */
  private static final int MAX_FRUITLESS = 3;

  /** How files begin, by the ends of their names; web pages and XML begin with {@code <}. */
  private static final Map<String, Integer> FIRST_BYTES =
      Map.of("json", (int) '{', "pth", (int) 'P');

  private final Server server;
  private final RemoteFile file;
  private final ObjDoubleConsumer<String> progress;

  /** Where a file comes from. */
  interface Server {
    HttpFiles http();

    /** Asks anew for a file's location. */
    RemoteFile located(RemoteFile file) throws IOException;
  }

  BlobDownload(Server server, RemoteFile file, ObjDoubleConsumer<String> progress) {
    this.server = server;
    this.file = file;
    this.progress = progress;
  }

  /** Where a file stands until it is whole. */
  static Path incomplete(Path blob) {
    return blob.resolveSibling(blob.getFileName() + ".incomplete");
  }

  /** Bytes that are yet to come. */
  static long missingBytes(RemoteFile file, Path incomplete) throws IOException {
    long there = Files.isRegularFile(incomplete) ? Files.size(incomplete) : 0;
    return there > file.size() ? file.size() : file.size() - there;
  }

  /**
   * Fetches the file.
   *
   * @param incomplete where it stands until it is whole
   * @param target where it stands then
   */
  @SuppressWarnings("try") // The lock is held, not used.
  void to(Path incomplete, Path target) throws IOException {
    Files.createDirectories(incomplete.resolveSibling(""));
    Files.createDirectories(target.resolveSibling(""));
    try (FileChannel channel =
            FileChannel.open(
                incomplete,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      fetch(channel);
      requireContents(channel);
      // The bytes reach the disk before the name does.
      channel.force(true);
    }
    Files.move(incomplete, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private FileLock lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      throw underWay(e);
    }
    throw underWay(null);
  }

  private UncheckedIOException underWay(@Nullable Exception cause) {
    return HttpFiles.failure(file.name() + ": another download of it is under way", cause);
  }

  private void fetch(FileChannel channel) throws IOException {
    if (channel.size() > file.size()) {
      channel.truncate(0);
    }
    int fruitless = 0;
    while (channel.size() < file.size()) {
      long before = channel.size();
      try {
        fetchOnce(channel);
      } catch (IOException e) {
        // An interrupt closes the channel, whose size then cannot be asked for.
        Interruption.requireNone();
        if (e instanceof HttpFiles.NoSuchRange) {
          channel.truncate(0);
        }
        fruitless = channel.size() > before ? 0 : fruitless + 1;
        if (fruitless == MAX_FRUITLESS) {
          throw HttpFiles.failure(
              "%s: %d of %d bytes came, then the connection failed: %s"
                  .formatted(file.name(), channel.size(), file.size(), e.getMessage()),
              e);
        }
      }
    }
  }

  /** Keeps what one connection brings. */
  private void fetchOnce(FileChannel channel) throws IOException {
    BlobWriter writer = new BlobWriter(file, channel, progress);
    try {
      boolean isOpen = server.http().fetch(file, channel.size(), writer::answering);
      if (!isOpen && !server.http().fetch(relocated(), channel.size(), writer::answering)) {
        throw HttpFiles.failure(
            "%s: expected a file at %s, found status 403".formatted(file.name(), file.location()),
            null);
      }
    } finally {
      writer.throwRefusal();
    }
    if (channel.size() < file.size()) {
      throw new IOException("it ended early");
    }
  }

  /** An address that is lent for an hour may end before a large file does. */
  private RemoteFile relocated() throws IOException {
    RemoteFile located = server.located(file);
    if (located.hash().equals(file.hash()) && located.size() == file.size()) {
      return located;
    }
    throw HttpFiles.failure(
        "%s: expected %s %s, found %s: it changed on the server while it was fetched; fetch it again"
            .formatted(file.name(), file.hashKind(), file.hash(), located.hash()),
        null);
  }

  private void requireContents(FileChannel channel) throws IOException {
    if (file.hash().isEmpty()) {
      requireKind(channel);
      return;
    }
    String found = Hashes.of(channel, file.hash()).like(file.hash());
    if (!found.equals(file.hash())) {
      // What came is of no use for a later attempt.
      channel.truncate(0);
      throw HttpFiles.failure(
          "%s: expected %s %s, found %s"
              .formatted(file.name(), file.hashKind(), file.hash(), found),
          null);
    }
  }

  /** Where there is no hash, the first byte tells a file from a page that says there is none. */
  private void requireKind(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1);
    int first = channel.read(bytes, 0) == 1 ? bytes.get(0) : -1;
    Integer expected = FIRST_BYTES.get(file.name().replaceFirst(".*\\.", ""));
    if (first == '<' || expected != null && first != expected) {
      channel.truncate(0);
      throw HttpFiles.failure(
          "%s: expected a file from %s, found something else, which begins with byte %d; a login page or a proxy may stand in between"
              .formatted(file.name(), file.location(), first),
          null);
    }
  }
}
