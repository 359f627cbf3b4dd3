package io.github.close4j.internal.tensor;

import com.google.common.base.Ascii;
import com.google.common.math.LongMath;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.internal.io.JsonFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What a safetensors header says of one tensor, checked against the size of the data. */
public record TensorHeader(String name, DataType type, long[] shape, long begin, long end) {
  private static final int SHOWN = 100;

  /**
   * Reads one entry.
   *
   * @throws IllegalArgumentException if type, shape and byte range are not there or do not fit one
   *     another or the file
   */
  public static TensorHeader parse(String name, JsonElement entry, long dataLength) {
    JsonObject fields = object(entry);
    DataType type = type(fields.get("dtype"));
    long[] shape = longs("shape", fields.get("shape"));
    long[] offsets = longs("data_offsets", fields.get("data_offsets"));
    if (offsets.length != 2
        || offsets[0] < 0
        || offsets[1] < offsets[0]
        || offsets[1] > dataLength) {
      throw new IllegalArgumentException(
          "data_offsets: expected a byte range within the %d bytes of data, found %s"
              .formatted(dataLength, shown(fields.get("data_offsets"))));
    }
    long expected = bytes(type, shape);
    long found = offsets[1] - offsets[0];
    if (expected != found || found > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "data_offsets: expected %d bytes for %s%s (at most 2 GiB), found %d"
              .formatted(expected, type, shown(fields.get("shape")), found));
    }
    return new TensorHeader(name, type, shape, offsets[0], offsets[1]);
  }

  /**
   * Reads the entry of free-form metadata.
   *
   * @throws IllegalArgumentException if it is anything but texts under names
   */
  public static Map<String, String> metadata(JsonElement entry) {
    Map<String, String> texts = new LinkedHashMap<>();
    object(entry).entrySet().forEach(m -> texts.put(m.getKey(), text(m.getKey(), m.getValue())));
    return texts;
  }

  /** What the shape says, which may be more than a file can have. */
  private static long bytes(DataType type, long[] shape) {
    long bytes = type.bytes();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "shape: expected no negative dimension, found " + dimension);
      }
      bytes = LongMath.saturatedMultiply(bytes, dimension);
    }
    return bytes;
  }

  public StoredTensor map(MappedFile file, long dataStart) throws IOException {
    long offset = dataStart + begin;
    return new StoredTensor(name, type, shape, file.map(offset, end - begin), file.region(offset));
  }

  private static DataType type(@Nullable JsonElement value) {
    String name = text("dtype", value);
    return Arrays.stream(DataType.values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dtype: expected one of %s, found %s"
                        .formatted(Arrays.toString(DataType.values()), shown(value))));
  }

  private static JsonObject object(JsonElement value) {
    if (!value.isJsonObject()) {
      throw new IllegalArgumentException("expected an object, found " + shown(value));
    }
    return value.getAsJsonObject();
  }

  private static String text(String field, @Nullable JsonElement value) {
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new IllegalArgumentException(field + ": expected text, found " + shown(value));
    }
    return value.getAsString();
  }

  private static long[] longs(String field, @Nullable JsonElement value) {
    if (value == null || !value.isJsonArray()) {
      throw new IllegalArgumentException(field + ": expected numbers, found " + shown(value));
    }
    try {
      return StreamSupport.stream(value.getAsJsonArray().spliterator(), false)
          .mapToLong(JsonFile::integer)
          .toArray();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          field + ": expected whole numbers, found " + shown(value), e);
    }
  }

  /** As much of a value as a message has room for. */
  private static String shown(@Nullable JsonElement value) {
    return Ascii.truncate(String.valueOf(value), SHOWN, "…");
  }
}
