package io.github.close4j.training.corpus;

import com.google.common.collect.AbstractIterator;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The elements of one array of a JSON document, one by one: of the document itself, or of a field
 * of its outermost object.
 */
final class JsonArrays extends AbstractIterator<Located<JsonElement>> {
  private final Path file;
  private final JsonReader reader;
  private final @Nullable String field;
  private boolean started;

  private JsonArrays(Path file, JsonReader reader, @Nullable String field) {
    this.file = file;
    this.reader = reader;
    this.field = field;
  }

  /** Streams the array of a field, or the document's own if the field is null. */
  static Stream<Located<JsonElement>> stream(Path file, @Nullable String field) {
    JsonReader reader = new JsonReader(TextFiles.open(file));
    reader.setStrictness(Strictness.STRICT);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                new JsonArrays(file, reader, field), Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(() -> Lines.close(file, reader));
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
      return new Located<>(file, place, JsonParser.parseReader(reader));
    } catch (MalformedJsonException | IllegalStateException e) {
      throw broken(e);
    } catch (JsonParseException e) {
      throw e.getCause() instanceof IOException cause && !(cause instanceof MalformedJsonException)
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
    throw new MalformedRecordException(file, "$", "expected a field '" + field + "', found none");
  }

  private void expect(JsonToken token, String what) throws IOException {
    if (reader.peek() != token) {
      throw new MalformedRecordException(
          file, reader.getPath(), "expected " + what + ", found " + reader.peek());
    }
  }

  private MalformedRecordException broken(Exception e) {
    return new MalformedRecordException(
        file, reader.getPath(), "expected JSON: " + e.getMessage(), e);
  }

  private RuntimeException unreadable(IOException e) {
    // Gson's reader and a gzip stream both end this way.
    return e instanceof EOFException
        ? new MalformedRecordException(
            file, reader.getPath(), "expected a whole document, found its end", e)
        : TextFiles.unreadable(file, reader.getPath(), e);
  }
}
