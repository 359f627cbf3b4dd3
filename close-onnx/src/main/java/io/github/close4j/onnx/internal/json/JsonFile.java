package io.github.close4j.onnx.internal.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException("expected UTF-8, found other bytes", e);
    }
  }

  /**
   * Parses text as strict JSON.
   *
   * @param json the text
   * @return its object
   * @throws IOException if it is not one JSON object
   */
  public static JsonObject parse(String json) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(json));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement element = JsonParser.parseReader(reader);
      if (element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) {
        return element.getAsJsonObject();
      }
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      throw new IOException("expected a JSON object: " + e.getMessage(), e);
    }
    throw new IOException("expected one JSON object, found something else");
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
