package io.github.close4j.training.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file beside its place and moves it there, so that no half of it is ever seen. */
final class WholeFile {
  private WholeFile() {}

  /** What to write. */
  interface Content {
    void writeTo(Writer text) throws IOException;
  }

  static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    try {
      Path part = Files.createTempFile(target.getParent(), "." + target.getFileName(), ".part");
      try {
        try (Writer text = Files.newBufferedWriter(part)) {
          content.writeTo(text);
        }
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
