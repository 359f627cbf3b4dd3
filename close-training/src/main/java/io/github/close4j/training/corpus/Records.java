package io.github.close4j.training.corpus;

import com.google.common.collect.AbstractIterator;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Json;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
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
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of files one by one: lines of text, or the elements of a JSON list. Files are
 * UTF-8, plain or gzip, whatever their names. A record that cannot be used is handed over with its
 * place; what is wrong with a whole file ends the reading.
 */
final class Records {
  private static final int GZIP_MAGIC = 0x1f8b;

  private Records() {}

  /** What becomes of a record that cannot be used. */
  @FunctionalInterface
  interface Malformed {
    void add(Path file, String place, String reason);

    /** The first one ends the reading. */
    Malformed STOP =
        (file, place, reason) -> {
          throw new UnusableFileException(file, place + ": " + reason);
        };

    /** Each is told and passed over. */
    static Malformed skip(Consumer<? super String> told) {
      return (file, place, reason) -> told.accept("%s: %s: %s".formatted(file, place, reason));
    }
  }

  /** A record cannot be used; who catches it knows the place. */
  static final class BadRecord extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRecord(String reason) {
      super(reason);
    }
  }

  /** Makes records of what is read at a place; throws {@link BadRecord}. */
  @FunctionalInterface
  interface Parser<T, R> {
    void parse(String place, T read, Consumer<? super R> records);
  }

  private record Located<T>(String place, T value) {}

  /** The records of a file's lines, blank ones passed over. */
  static <R> Stream<R> ofLines(Path file, Malformed malformed, Parser<String, R> parser) {
    BufferedReader reader = open(file);
    return records(file, new Lines(file, reader), reader, malformed, parser);
  }

  /** The records of lines that are a JSON object each. */
  static <R> Stream<R> ofJsonLines(Path file, Malformed malformed, Parser<Json, R> parser) {
    return ofLines(
        file,
        malformed,
        (place, line, records) -> parser.parse(place, Json.parse(line, BadRecord::new), records));
  }

  /** The records of a list of JSON objects: of a field's, or the document's own if it is null. */
  static <R> Stream<R> ofList(
      Path file, @Nullable String field, Malformed malformed, Parser<Json, R> parser) {
    JsonReader reader = new JsonReader(open(file));
    reader.setStrictness(Strictness.STRICT);
    return records(
        file,
        new Elements(file, reader, field),
        reader,
        malformed,
        (place, element, records) ->
            parser.parse(place, Json.of(element, BadRecord::new), records));
  }

  private static <T, R> Stream<R> records(
      Path file,
      Iterator<Located<T>> read,
      Closeable reader,
      Malformed malformed,
      Parser<T, R> parser) {
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(read, characteristics), false)
        .onClose(() -> close(file, reader))
        .mapMulti(
            (located, records) -> {
              try {
                parser.parse(located.place, located.value, records);
              } catch (BadRecord e) {
                malformed.add(file, located.place, String.valueOf(e.getMessage()));
              }
            });
  }

  private static void close(Path file, Closeable reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be closed: " + FileFailure.reason(e), e);
    }
  }

  /** Opens a text file, plain or gzip. */
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
    String at = place.isEmpty() ? "" : place + ": ";
    if (e instanceof NoSuchFileException) {
      return new UnusableFileException(file, at + "expected a corpus, found no file", e);
    }
    if (e instanceof CharacterCodingException) {
      return new UnusableFileException(file, at + "expected UTF-8 text, found other bytes", e);
    }
    if (e instanceof EOFException || e instanceof ZipException) {
      return new UnusableFileException(
          file, at + "expected a whole gzip file, found a broken one: " + e.getMessage(), e);
    }
    return new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
  }

  private static final class Lines extends AbstractIterator<Located<String>> {
    private final Path file;
    private final BufferedReader reader;
    private int number;

    Lines(Path file, BufferedReader reader) {
      this.file = file;
      this.reader = reader;
    }

    @Override
    protected @Nullable Located<String> computeNext() {
      try {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          number++;
          if (!line.isBlank()) {
            return new Located<>("line " + number, line.strip());
          }
        }
        return endOfData();
      } catch (IOException e) {
        throw unreadable(file, "line " + (number + 1), e);
      }
    }
  }

  private static final class Elements extends AbstractIterator<Located<JsonElement>> {
    private final Path file;
    private final JsonReader reader;
    private final @Nullable String field;
    private boolean started;

    Elements(Path file, JsonReader reader, @Nullable String field) {
      this.file = file;
      this.reader = reader;
      this.field = field;
    }

    @Override
    protected @Nullable Located<JsonElement> computeNext() {
      try {
        if (!started) {
          started = true;
          start();
        }
        if (!reader.hasNext()) {
          reader.endArray();
          return endOfData();
        }
        String place = reader.getPath();
        return new Located<>(place, JsonParser.parseReader(reader));
      } catch (MalformedJsonException | IllegalStateException e) {
        throw broken(e);
      } catch (JsonParseException e) {
        throw e.getCause() instanceof IOException cause
                && !(cause instanceof MalformedJsonException)
            ? unreadable(cause)
            : broken(e);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private void start() throws IOException {
      if (field == null) {
        expect(JsonToken.BEGIN_ARRAY, "a JSON list");
        reader.beginArray();
        return;
      }
      expect(JsonToken.BEGIN_OBJECT, "a JSON object");
      reader.beginObject();
      while (reader.hasNext()) {
        if (reader.nextName().equals(field)) {
          expect(JsonToken.BEGIN_ARRAY, "a JSON list");
          reader.beginArray();
          return;
        }
        reader.skipValue();
      }
      throw new UnusableFileException(file, "$: expected a field '" + field + "', found none");
    }

    private void expect(JsonToken token, String what) throws IOException {
      if (reader.peek() != token) {
        throw new UnusableFileException(
            file, "%s: expected %s, found %s".formatted(reader.getPath(), what, reader.peek()));
      }
    }

    private UnusableFileException broken(Exception e) {
      return new UnusableFileException(
          file, reader.getPath() + ": expected JSON, found " + e.getMessage(), e);
    }

    private RuntimeException unreadable(IOException e) {
      // Gson's reader and a gzip stream both end this way.
      return e instanceof EOFException
          ? new UnusableFileException(
              file, reader.getPath() + ": expected a whole document, found its end", e)
          : Records.unreadable(file, reader.getPath(), e);
    }
  }
}
