package io.github.close4j.training.corpus;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens UTF-8 files, plain or gzip, and says in our words what is wrong with them. */
final class TextFiles {
  private static final int GZIP_MAGIC = 0x1f8b;

  private TextFiles() {}

  static BufferedReader open(Path file) {
    try {
      InputStream input = new BufferedInputStream(Files.newInputStream(file));
      try {
        // A decoder, unlike a charset, reports what is no UTF-8.
        return new BufferedReader(
            new InputStreamReader(unpacked(input), StandardCharsets.UTF_8.newDecoder()));
      } catch (IOException e) {
        input.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(file, "", e);
    }
  }

  private static InputStream unpacked(InputStream input) throws IOException {
    input.mark(2);
    int magic = input.read() << 8 | input.read();
    input.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(input) : input;
  }

  /** The exception to throw for a failure to read; the place may be empty. */
  static RuntimeException unreadable(Path file, String place, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new MalformedRecordException(file, place, "expected a corpus, found no file", e);
    }
    if (e instanceof CharacterCodingException) {
      return new MalformedRecordException(file, place, "expected UTF-8 text", e);
    }
    if (e instanceof EOFException || e instanceof ZipException) {
      return new MalformedRecordException(
          file, place, "expected a whole gzip file, found a broken one: " + e.getMessage(), e);
    }
    return new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
  }
}
