package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one file into {@code blobs/<hash>}. Until it is whole and has its hash it is called
 * {@code <hash>.incomplete}; what is there of it is kept over broken connections and failed
 * downloads.
 */
final class BlobDownload {
  /** Connections that bring nothing, one after the other, before it is given up. */
  private static final int MAX_FRUITLESS = 3;

  private static final int BUFFER_BYTES = 1 << 16;

  private final HubClient client;
  private final HubClient.RemoteFile file;
  private final ObjDoubleConsumer<String> progress;

  BlobDownload(HubClient client, HubClient.RemoteFile file, ObjDoubleConsumer<String> progress) {
    this.client = client;
    this.file = file;
    this.progress = progress;
  }

  /** Fetches the file, unless it is there. */
  @SuppressWarnings("try") // The lock is held, not used.
  void to(Path blob) throws IOException {
    if (Files.exists(blob)) {
      return;
    }
    Files.createDirectories(blob.getParent());
    Path incomplete = blob.resolveSibling(blob.getFileName() + ".incomplete");
    try (FileChannel channel =
            FileChannel.open(
                incomplete,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      fetch(channel);
      requireHash(channel);
    }
    Files.move(incomplete, blob, StandardCopyOption.ATOMIC_MOVE);
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
    return HubClient.failure(file.name() + ": another download of it is under way", cause);
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
        fruitless = channel.size() > before ? 0 : fruitless + 1;
        if (fruitless == MAX_FRUITLESS) {
          throw HubClient.failure(
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
      client.fetch(file, channel.size(), writer::answering);
    } finally {
      writer.throwRefusal();
    }
    if (channel.size() < file.size()) {
      throw new IOException("it ended early");
    }
  }

  private void requireHash(FileChannel channel) throws IOException {
    boolean isGit = file.hash().length() == 40;
    MessageDigest digest = digest(isGit ? "SHA-1" : "SHA-256");
    if (isGit) {
      digest.update(("blob " + file.size() + "\0").getBytes(StandardCharsets.US_ASCII));
    }
    channel.position(0);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (channel.read(buffer) >= 0) {
      digest.update(buffer.flip());
      buffer.clear();
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(file.hash())) {
      // What came is of no use for a later attempt.
      channel.truncate(0);
      throw HubClient.failure(
          "%s: expected %s %s, found %s"
              .formatted(file.name(), isGit ? "git hash" : "SHA-256", file.hash(), found),
          null);
    }
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
