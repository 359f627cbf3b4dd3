package io.github.close4j.internal.tensor;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Writes a safetensors file, whole or not at all. */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_ELEMENTS = 1 << 16;

  private final DataType type;
  private final Map<String, Content> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  /** A tensor as it goes into the file. */
  private interface Content {
    DataType type();

    long[] shape();

    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * A writer for one file.
   *
   * @param type how elements of {@link FloatTensor}s are stored: {@link DataType#F32} or {@link
   *     DataType#F16} (rounded to nearest)
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
    return add(name, new Converted(type, tensor.shape(), tensor::values));
  }

  /**
   * Adds a tensor whose values are asked for when the file is written, so that not all of them need
   * be on the heap together.
   *
   * @param name its name, new to this file
   * @param shape its dimensions, outermost first
   * @param values gives the elements, row-major; asked once
   * @return this writer
   * @throws IllegalArgumentException if the name is taken
   */
  public SafetensorsWriter add(String name, long[] shape, Supplier<float[]> values) {
    return add(name, new Converted(type, shape.clone(), values));
  }

  /**
   * Adds a tensor of doubles, stored as {@link DataType#F64} and so exactly.
   *
   * @param name its name, new to this file
   * @param values its elements, row-major; kept, not copied
   * @param shape its dimensions, outermost first
   * @return this writer
   * @throws IllegalArgumentException if the name is taken, or the shape has another number of
   *     elements
   */
  public SafetensorsWriter add(String name, double[] values, long... shape) {
    FloatTensor.requireElements(values.length, shape);
    return add(name, new Doubles(values, shape.clone()));
  }

  /**
   * Adds a tensor of another file, byte for byte in the type it has there.
   *
   * @param name its name, new to this file
   * @param tensor the tensor; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken
   */
  public SafetensorsWriter add(String name, StoredTensor tensor) {
    return add(name, new Copied(tensor));
  }

  private SafetensorsWriter add(String name, Content tensor) {
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
   * Writes the file, whole or not at all; folders that are missing are made.
   *
   * @param file the file to write; replaced if there is one
   * @throws java.io.UncheckedIOException if it cannot be written; an earlier file is then untouched
   */
  public void write(Path file) {
    WholeFile.writeBytes(file, this::writeTo);
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
    for (Content tensor : tensors.values()) {
      tensor.writeTo(out);
    }
  }

  private String header() {
    JsonObject header = new JsonObject();
    JsonObject free = new JsonObject();
    metadata.forEach(free::addProperty);
    header.add("__metadata__", free);
    long offset = 0;
    for (Map.Entry<String, Content> entry : tensors.entrySet()) {
      DataType stored = entry.getValue().type();
      JsonArray shape = new JsonArray();
      long bytes = stored.bytes();
      for (long dimension : entry.getValue().shape()) {
        shape.add(dimension);
        bytes *= dimension;
      }
      JsonArray offsets = new JsonArray();
      offsets.add(offset);
      offset += bytes;
      offsets.add(offset);
      JsonObject tensor = new JsonObject();
      tensor.addProperty("dtype", stored.name());
      tensor.add("shape", shape);
      tensor.add("data_offsets", offsets);
      header.add(entry.getKey(), tensor);
    }
    return header.toString();
  }

  /** Floats of the heap, converted to the file's type. */
  private record Converted(DataType type, long[] shape, Supplier<float[]> values)
      implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      ByteBuffer chunk =
          ByteBuffer.allocate(type.bytes() * CHUNK_ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values.get()) {
        if (!chunk.hasRemaining()) {
          out.write(chunk.array());
          chunk.clear();
        }
        if (type == DataType.F32) {
          chunk.putFloat(value);
        } else {
          chunk.putShort(DataType.floatToBinary16(value));
        }
      }
      out.write(chunk.array(), 0, chunk.position());
    }
  }

  /** Doubles of the heap. */
  private record Doubles(double[] values, long[] shape) implements Content {
    @Override
    public DataType type() {
      return DataType.F64;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      ByteBuffer chunk =
          ByteBuffer.allocate(Double.BYTES * CHUNK_ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
      for (int from = 0; from < values.length; from += CHUNK_ELEMENTS) {
        int count = Math.min(CHUNK_ELEMENTS, values.length - from);
        chunk.asDoubleBuffer().put(values, from, count);
        out.write(chunk.array(), 0, Double.BYTES * count);
      }
    }
  }

  /** A tensor of another file. */
  private record Copied(StoredTensor tensor) implements Content {
    @Override
    public DataType type() {
      return tensor.type();
    }

    @Override
    public long[] shape() {
      return tensor.shape();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      WritableByteChannel channel = Channels.newChannel(out);
      ByteBuffer bytes = tensor.bytes();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
