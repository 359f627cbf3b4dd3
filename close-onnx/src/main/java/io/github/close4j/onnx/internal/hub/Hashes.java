package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The two hashes that the hub tells of files: SHA-256 of large ones, git's of the others.
 *
 * @param sha256 always there
 * @param git empty where it was not asked for
 */
record Hashes(String sha256, String git) {
  private static final int GIT_DIGITS = 40;
  private static final int BUFFER_BYTES = 1 << 16;

  /** Whether a hash is the SHA-1 of a git blob. */
  static boolean isGit(String hash) {
    return hash.length() == GIT_DIGITS;
  }

  /** The hashes of a file, git's if {@code expected} is one. */
  static Hashes of(Path file, String expected) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return of(channel, expected);
    }
  }

  /** The hashes of a whole file, git's if {@code expected} is one. */
  static Hashes of(FileChannel channel, String expected) throws IOException {
    boolean isGit = isGit(expected);
    MessageDigest sha256 = digest("SHA-256");
    MessageDigest git = digest("SHA-1");
    git.update(("blob " + channel.size() + "\0").getBytes(StandardCharsets.US_ASCII));
    channel.position(0);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (channel.read(buffer) >= 0) {
      sha256.update(buffer.flip());
      if (isGit) {
        git.update(buffer.rewind());
      }
      buffer.clear();
    }
    HexFormat hex = HexFormat.of();
    return new Hashes(hex.formatHex(sha256.digest()), isGit ? hex.formatHex(git.digest()) : "");
  }

  /** The one of the same kind as another. */
  String like(String hash) {
    return isGit(hash) ? git : sha256;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
