package io.github.close4j.internal.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file beside its place and moves it there, so that no half of it is ever seen. */
public final class WholeFile {
  private WholeFile() {}

  /** What to write. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes it.
     *
     * @param text takes it, in UTF-8; not to be closed
     * @throws IOException if it cannot be written
     */
    void writeTo(Writer text) throws IOException;
  }

  /**
   * Writes a text file; folders that are missing are made.
   *
   * @param file the file; replaced if it exists
   * @param content what to write
   * @throws UncheckedIOException if the file cannot be written; an earlier one is then untouched
   */
  public static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    try {
      Files.createDirectories(target.getParent());
      Path part = Files.createTempFile(target.getParent(), "." + target.getFileName(), ".part");
      try {
        try (Writer text = Files.newBufferedWriter(part)) {
          content.writeTo(text);
        }
        force(part);
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * Writes a text file.
   *
   * @param file as in {@link #write(Path, Content)}
   * @param text what to write
   * @throws UncheckedIOException as {@link #write(Path, Content)}
   */
  public static void write(Path file, String text) {
    write(file, writer -> writer.write(text));
  }

  /** The bytes reach the disk before the name does, so that a power cut leaves no empty file. */
  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
