package io.github.close4j.training.corpus;

import com.google.common.collect.AbstractIterator;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.StrictJson;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of files one by one: lines of text, rows, or the elements of a JSON list. A
 * record that cannot be used is handed over with its place; what is wrong with a whole file ends
 * the reading.
 */
final class Records {
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

  /** Something that was read, and where it stands. */
  record Located<T>(String place, T value) {}

  /** The records of a file's lines, blank ones passed over. */
  static <R> Stream<R> ofLines(Path file, Malformed malformed, Parser<String, R> parser) {
    return ofLines(TextFile.open(file), malformed, parser);
  }

  /** The records of the lines of a file that is open; the stream closes it. */
  static <R> Stream<R> ofLines(TextFile file, Malformed malformed, Parser<String, R> parser) {
    return of(file, new Lines(file), malformed, parser);
  }

  /** The records of lines that are a JSON object each. */
  static <R> Stream<R> ofJsonLines(TextFile file, Malformed malformed, Parser<Json, R> parser) {
    return ofLines(
        file,
        malformed,
        (place, line, records) -> parser.parse(place, Json.parse(line, BadRecord::new), records));
  }

  /** The records of a list of JSON objects: of a field's, or the document's own if it is null. */
  static <R> Stream<R> ofList(
      Path file, @Nullable String field, Malformed malformed, Parser<Json, R> parser) {
    return ofList(TextFile.open(file), field, malformed, parser);
  }

  /** The records of a list in a file that is open; the stream closes it. */
  static <R> Stream<R> ofList(
      TextFile file, @Nullable String field, Malformed malformed, Parser<Json, R> parser) {
    return of(
        file,
        new Elements(file, field),
        malformed,
        (place, element, records) ->
            parser.parse(place, Json.of(element, BadRecord::new), records));
  }

  /** The records of what an iterator reads from a file, which the stream closes. */
  static <T, R> Stream<R> of(
      TextFile file, Iterator<Located<T>> read, Malformed malformed, Parser<T, R> parser) {
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(read, characteristics), false)
        .onClose(file::close)
        .mapMulti(
            (located, records) -> {
              try {
                parser.parse(located.place, located.value, records);
              } catch (BadRecord e) {
                malformed.add(file.file(), located.place, String.valueOf(e.getMessage()));
              }
            });
  }

  private static final class Lines extends AbstractIterator<Located<String>> {
    private final TextFile file;

    Lines(TextFile file) {
      this.file = file;
    }

    @Override
    protected @Nullable Located<String> computeNext() {
      for (String line = file.readLine(); line != null; line = file.readLine()) {
        if (!line.isBlank()) {
          return new Located<>(file.place(), line);
        }
      }
      return endOfData();
    }
  }

  private static final class Elements extends AbstractIterator<Located<JsonElement>> {
    private final Path file;
    private final JsonReader reader;
    private final @Nullable String field;
    private boolean started;

    Elements(TextFile text, @Nullable String field) {
      this.file = text.file();
      this.reader = StrictJson.reader(text.reader());
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
          finish();
          return endOfData();
        }
        String place = reader.getPath();
        return new Located<>(place, StrictJson.next(reader));
      } catch (MalformedJsonException
          | IllegalStateException
          | JsonParseException
          | NumberFormatException e) {
        throw broken(e);
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
      List<String> found = new ArrayList<>();
      while (reader.hasNext()) {
        String name = reader.nextName();
        if (name.equals(field)) {
          expect(JsonToken.BEGIN_ARRAY, "a JSON list");
          reader.beginArray();
          return;
        }
        found.add(name);
        reader.skipValue();
      }
      throw new UnusableFileException(
          file, "$: expected a field '%s', found %s".formatted(field, found));
    }

    /** A document that goes on behind its end is none: two were put together, or one is cut. */
    private void finish() throws IOException {
      reader.endArray();
      if (field != null) {
        while (reader.hasNext()) {
          if (reader.nextName().equals(field)) {
            throw new UnusableFileException(
                file, "$: expected one field '%s', found another".formatted(field));
          }
          reader.skipValue();
        }
        reader.endObject();
      }
      try {
        if (reader.peek() == JsonToken.END_DOCUMENT) {
          return;
        }
      } catch (MalformedJsonException e) {
        throw new UnusableFileException(file, "expected nothing behind the document", e);
      }
      throw new UnusableFileException(
          file, "expected nothing behind the document, found " + reader.peek());
    }

    private void expect(JsonToken token, String what) throws IOException {
      if (reader.peek() != token) {
        throw new UnusableFileException(
            file, "%s: expected %s, found %s".formatted(reader.getPath(), what, reader.peek()));
      }
    }

    private UnusableFileException broken(Exception e) {
      return new UnusableFileException(
          file, reader.getPath() + ": expected JSON, found " + Json.found(e), e);
    }

    private RuntimeException unreadable(IOException e) {
      // Gson's reader and a gzip stream both end this way.
      return e instanceof EOFException
          ? new UnusableFileException(
              file, reader.getPath() + ": expected a whole document, found its end", e)
          : TextFile.unreadable(file, reader.getPath(), e);
    }
  }
}
