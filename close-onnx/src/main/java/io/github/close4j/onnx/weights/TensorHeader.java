package io.github.close4j.onnx.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.onnx.internal.json.JsonFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.StreamSupport;

/** What a safetensors header says of one tensor, checked against the size of the data. */
record TensorHeader(String name, DataType type, long[] shape, long begin, long end) {

  /**
   * Reads one entry.
   *
   * @throws IllegalArgumentException if type, shape and byte range do not fit one another or the
   *     file
   */
  static TensorHeader parse(String name, JsonObject entry, long dataLength) {
    DataType type = type(entry.get("dtype").getAsString());
    long[] shape = longs(entry.getAsJsonArray("shape"));
    long[] offsets = longs(entry.getAsJsonArray("data_offsets"));
    if (offsets.length != 2
        || offsets[0] < 0
        || offsets[1] < offsets[0]
        || offsets[1] > dataLength) {
      throw new IllegalArgumentException(
          "expected a byte range within the %d bytes of data, found %s"
              .formatted(dataLength, Arrays.toString(offsets)));
    }
    long expected = type.bytes();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(shape));
      }
      expected = Math.multiplyExact(expected, dimension);
    }
    long found = offsets[1] - offsets[0];
    if (expected != found || found > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected %d bytes for %s%s (at most 2 GiB), found %d"
              .formatted(expected, type, Arrays.toString(shape), found));
    }
    return new TensorHeader(name, type, shape, offsets[0], offsets[1]);
  }

  StoredTensor map(MappedFile file, long dataStart) throws IOException {
    long offset = dataStart + begin;
    return new StoredTensor(name, type, shape, file.map(offset, end - begin), file.region(offset));
  }

  private static DataType type(String name) {
    return Arrays.stream(DataType.values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dtype: expected one of %s, found '%s'"
                        .formatted(Arrays.toString(DataType.values()), name)));
  }

  private static long[] longs(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonFile::integer).toArray();
  }
}
