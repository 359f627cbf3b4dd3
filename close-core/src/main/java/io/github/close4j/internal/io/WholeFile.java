package io.github.close4j.internal.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files whole: whoever sees one sees all of it, even after a crash.
 *
 * <p>A file is written under another name beside its place and renamed once its bytes are on the
 * disk. Folders that are missing are made. The mode is the one that the process's umask gives. If
 * anything fails, an earlier file is untouched and nothing is left behind.
 */
public final class WholeFile {
  /**
   * How names of files in the making end; one that is left over is of a process that was killed.
   */
  public static final String TEMPORARY_SUFFIX = ".tmp";

  private static final int BUFFER_BYTES = 1 << 20;

  private WholeFile() {}

  /** What to write. */
  @FunctionalInterface
  public interface Content<T> {
    void writeTo(T target) throws IOException;
  }

  /** Writes bytes. */
  public static void writeBytes(Path file, Content<? super OutputStream> content) {
    try {
      writeWhole(file.toAbsolutePath(), content);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes text, in UTF-8; text that has none, such as half a surrogate pair, is an error. */
  public static void write(Path file, Content<? super Writer> content) {
    writeBytes(
        file,
        out -> {
          // An encoder of its own refuses what has no UTF-8, at the end when it is closed; a
          // charset would write "?".
          try (Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8.newEncoder())) {
            content.writeTo(text);
          }
        });
  }

  /** Writes text, in UTF-8. */
  public static void write(Path file, String text) {
    write(file, writer -> writer.write(text));
  }

  private static void writeWhole(Path target, Content<? super OutputStream> content)
      throws IOException {
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("expected a file, found a root folder");
    }
    Files.createDirectories(folder);
    Path temporary = temporaryBeside(target);
    try {
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(
                  temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
              BUFFER_BYTES)) {
        content.writeTo(out);
      }
      // The bytes reach the disk before the name does: a power cut leaves no empty file.
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** A name that nobody else takes; the JDK's temporary files would be closed to other users. */
  static Path temporaryBeside(Path target) {
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return target.resolveSibling(target.getFileName() + "." + random + TEMPORARY_SUFFIX);
  }
}
