package io.github.close4j.internal.io;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files that hold one JSON object. */
public final class JsonFile {
  /** Larger ones are no configuration and no index. */
  private static final long MAX_BYTES = 100_000_000;

  private JsonFile() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its object
   * @throws IOException if it is missing, larger than 100 MB, or not one JSON object; the message
   *     says which
   */
  public static JsonObject read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("expected a JSON file, found none");
    }
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new IOException(
          "expected at most %d bytes of JSON, found %d".formatted(MAX_BYTES, size));
    }
    return parse(text(file));
  }

  private static String text(Path file) throws IOException {
    return decode(ByteBuffer.wrap(Files.readAllBytes(file)));
  }

  /**
   * Decodes bytes as UTF-8.
   *
   * @param bytes the bytes
   * @return the text
   * @throws IOException if they are no UTF-8
   */
  public static String decode(ByteBuffer bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("expected UTF-8, found other bytes", e);
    }
  }

  /**
   * Parses text as strict JSON, in which no object has a name twice.
   *
   * @param json the text
   * @return its object
   * @throws IOException if it is not one JSON object
   */
  public static JsonObject parse(String json) throws IOException {
    try {
      requireDistinctNames(reader(json));
      JsonReader reader = reader(json);
      JsonElement element = JsonParser.parseReader(reader);
      if (element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) {
        return element.getAsJsonObject();
      }
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      throw new IOException("expected a JSON object, found " + e.getMessage(), e);
    }
    throw new IOException("expected one JSON object, found something else");
  }

  private static JsonReader reader(String json) {
    JsonReader reader = new JsonReader(new StringReader(json));
    reader.setStrictness(Strictness.STRICT);
    return reader;
  }

  /** The tree keeps the last of two equal names, and readers differ on which one counts. */
  private static void requireDistinctNames(JsonReader reader) throws IOException {
    Deque<Set<String>> open = new ArrayDeque<>();
    for (JsonToken token = reader.peek(); token != JsonToken.END_DOCUMENT; token = reader.peek()) {
      switch (token) {
        case BEGIN_OBJECT -> {
          reader.beginObject();
          open.push(new HashSet<>());
        }
        case END_OBJECT -> {
          reader.endObject();
          open.pop();
        }
        case BEGIN_ARRAY -> reader.beginArray();
        case END_ARRAY -> reader.endArray();
        case NAME -> {
          String name = reader.nextName();
          if (!open.element().add(name)) {
            throw new IOException("the name '" + name + "' twice");
          }
        }
        default -> reader.skipValue();
      }
    }
  }

  /**
   * An integer, without rounding.
   *
   * @param value a value, or null for a missing one
   * @return the integer
   * @throws IllegalArgumentException if it is anything but a whole number of 64 bits
   */
  public static long integer(@Nullable JsonElement value) {
    if (value != null && value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
      try {
        return value.getAsBigDecimal().longValueExact();
      } catch (ArithmeticException | NumberFormatException e) {
        throw new IllegalArgumentException("expected a whole number, found " + value, e);
      }
    }
    throw new IllegalArgumentException("expected a whole number, found " + value);
  }
}
