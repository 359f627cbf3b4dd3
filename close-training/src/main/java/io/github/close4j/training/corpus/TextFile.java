package io.github.close4j.training.corpus;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.TextEncoding;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A text file that is open: UTF-8, plain or gzip, whatever its name. A byte order mark is passed
 * over; another encoding, or a file that is no text, is refused by its name.
 */
final class TextFile implements Closeable {
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int HEAD_BYTES = 1 << 16;
  private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Path file;
  private final InputStream bytes;
  private final byte[] head;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private @Nullable BufferedReader lines;
  private int lineNumber;

  private TextFile(Path file, InputStream bytes, byte[] head) {
    this.file = file;
    this.bytes = bytes;
    this.head = head;
  }

  /**
   * Opens a file.
   *
   * @throws UnusableFileException if it is missing or no UTF-8 text
   * @throws UncheckedIOException if the system cannot read it
   */
  static TextFile open(Path file) {
    try {
      InputStream input = new BufferedInputStream(Files.newInputStream(file));
      try {
        return of(file, new BufferedInputStream(unpacked(input)));
      } catch (IOException | RuntimeException e) {
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

  private static TextFile of(Path file, InputStream bytes) throws IOException {
    bytes.mark(HEAD_BYTES);
    byte[] head = bytes.readNBytes(HEAD_BYTES);
    bytes.reset();
    String other = TextEncoding.other(head);
    if (other != null) {
      throw new UnusableFileException(file, "expected UTF-8 text, found " + other);
    }
    if (head.length >= 3 && Arrays.equals(head, 0, 3, UTF_8_MARK, 0, 3)) {
      bytes.skipNBytes(3);
      head = Arrays.copyOfRange(head, 3, head.length);
    }
    return new TextFile(file, bytes, head);
  }

  Path file() {
    return file;
  }

  /** The first 64 KB, up to the last whole line if there is more; nothing of it is taken away. */
  String head() {
    String text = new String(head, StandardCharsets.UTF_8);
    int end = text.lastIndexOf('\n');
    return head.length < HEAD_BYTES - UTF_8_MARK.length || end < 0 ? text : text.substring(0, end);
  }

  /** The text; a decoder, unlike a charset, reports what is no UTF-8. */
  Reader reader() {
    return new BufferedReader(new InputStreamReader(bytes, decoder));
  }

  /**
   * The next line, without its end and a byte order mark, which stands in the midst where files
   * were put together; null at the end.
   */
  @Nullable String readLine() {
    if (lines == null) {
      // A character a byte: each line is decoded for itself, or nobody knew which one is wrong.
      lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.ISO_8859_1));
    }
    lineNumber++;
    try {
      String line = lines.readLine();
      if (line == null) {
        return null;
      }
      byte[] encoded = line.getBytes(StandardCharsets.ISO_8859_1);
      String text = decoder.decode(ByteBuffer.wrap(encoded)).toString();
      return text.indexOf(TextEncoding.BYTE_ORDER_MARK) == 0 ? text.substring(1) : text;
    } catch (IOException e) {
      throw unreadable(file, place(), e);
    }
  }

  /** Where the line stands that was read last. */
  String place() {
    return "line " + lineNumber;
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be closed: " + FileFailure.reason(e), e);
    }
  }

  /** The exception to throw for a failure to read; the place may be empty. */
  static RuntimeException unreadable(Path file, String place, IOException e) {
    String at = place.isEmpty() ? "" : place + ": ";
    if (e instanceof NoSuchFileException) {
      return new UnusableFileException(file, at + "expected a corpus, found no file", e);
    }
    if (e instanceof CharacterCodingException) {
      return new UnusableFileException(
          file, at + "expected UTF-8 text, found bytes of another encoding", e);
    }
    if (e instanceof EOFException || e instanceof ZipException) {
      return new UnusableFileException(
          file, at + "expected a whole gzip file, found a broken one: " + e.getMessage(), e);
    }
    return new UncheckedIOException(file + ": cannot be read: " + FileFailure.reason(e), e);
  }
}
