package io.github.close4j.onnx.weights;

import ai.onnxruntime.platform.Fp16Conversions;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Writes a safetensors file, whole or not at all. */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private final DataType type;
  private final Map<String, FloatTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  /**
   * A writer for one file.
   *
   * @param type how elements are stored: {@link DataType#F32} or {@link DataType#F16} (rounded to
   *     nearest)
   * @throws IllegalArgumentException for any other type
   */
  public SafetensorsWriter(DataType type) {
    if (type != DataType.F32 && type != DataType.F16) {
      throw new IllegalArgumentException("expected F32 or F16, found " + type);
    }
    this.type = type;
  }

  /**
   * Adds a tensor.
   *
   * @param name its name, new to this file
   * @param tensor its values; kept, not copied
   * @return this writer
   * @throws IllegalArgumentException if the name is taken
   */
  public SafetensorsWriter add(String name, FloatTensor tensor) {
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw new IllegalArgumentException("a second tensor named '" + name + "'");
    }
    return this;
  }

  /**
   * Adds all tensors of a map.
   *
   * @param all name to values; values are kept, not copied
   * @return this writer
   * @throws IllegalArgumentException if a name is taken
   */
  public SafetensorsWriter addAll(Map<String, FloatTensor> all) {
    all.forEach(this::add);
    return this;
  }

  /**
   * Adds an entry of free-form metadata.
   *
   * @param key its key
   * @param value its value
   * @return this writer
   */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Writes the file under a temporary name beside it and then renames it.
   *
   * @param file the file to write; replaced if there is one
   * @throws UncheckedIOException if it cannot be written; an earlier file is then untouched
   */
  public void write(Path file) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 20)) {
        writeTo(out);
      } catch (IOException e) {
        Files.deleteIfExists(temporary);
        throw e;
      }
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private void writeTo(OutputStream out) throws IOException {
    byte[] header = header().getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-header.length, ALIGNMENT);
    out.write(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length + padding)
            .array());
    out.write(header);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.UTF_8));
    for (FloatTensor tensor : tensors.values()) {
      out.write(encode(tensor.values()));
    }
  }

  private String header() {
    JsonObject header = new JsonObject();
    JsonObject free = new JsonObject();
    metadata.forEach(free::addProperty);
    header.add("__metadata__", free);
    long offset = 0;
    for (Map.Entry<String, FloatTensor> entry : tensors.entrySet()) {
      JsonArray shape = new JsonArray();
      for (long dimension : entry.getValue().shape()) {
        shape.add(dimension);
      }
      JsonArray offsets = new JsonArray();
      offsets.add(offset);
      offset += (long) type.bytes() * entry.getValue().values().length;
      offsets.add(offset);
      JsonObject tensor = new JsonObject();
      tensor.addProperty("dtype", type.name());
      tensor.add("shape", shape);
      tensor.add("data_offsets", offsets);
      header.add(entry.getKey(), tensor);
    }
    return header.toString();
  }

  private byte[] encode(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(type.bytes(), values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      if (type == DataType.F32) {
        bytes.putFloat(value);
      } else {
        bytes.putShort(Fp16Conversions.floatToFp16(value));
      }
    }
    return bytes.array();
  }
}
