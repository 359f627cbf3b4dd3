package io.github.close4j.internal.tensor;

import com.google.common.math.LongMath;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.UsableFile;
import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A safetensors file, memory-mapped, and its {@link Writer}: an 8-byte little-endian header length,
 * a JSON header that names type, shape and byte range of each tensor, then the bytes.
 *
 * <p>Every range is checked against the file when it is opened, so a damaged header is refused here
 * and never read through. The maps are released with the tensors that use them; the file must not
 * be truncated meanwhile.
 */
public final class Safetensors implements TensorSource {
  private static final int LENGTH_BYTES = 8;

  /** The format's own bound on a header. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";

  private final Path file;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> metadata;

  private Safetensors(Path file, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens and checks a file.
   *
   * @throws UnusableFileException if the file is missing or is not a sound safetensors file
   */
  public static Safetensors open(Path file) {
    UsableFile.require(file, "a safetensors file");
    try {
      return open(file, file.toRealPath());
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  /**
   * ONNX Runtime maps weights only in the folder that they lie in once links are followed, so they
   * are followed here; messages name the file as the caller does.
   */
  private static Safetensors open(Path file, Path real) throws IOException {
    try (FileChannel channel = FileChannel.open(real, StandardOpenOption.READ)) {
      return parse(file, new MappedFile(real, channel), channel, readHeader(file, channel));
    }
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  /** The file's free-form metadata, unmodifiable. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw missing(name);
    }
    return tensor;
  }

  private static Json readHeader(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new UnusableFileException(
          file, "expected a header of at least 8 bytes, found a file of " + size + " bytes");
    }
    long length = read(channel, 0, LENGTH_BYTES).getLong();
    if (length < 2 || length > MAX_HEADER_BYTES || length > size - LENGTH_BYTES) {
      throw new UnusableFileException(
          file,
          "expected a header length within the file of %d bytes, found %s"
              .formatted(size, Long.toUnsignedString(length)));
    }
    ByteBuffer header = read(channel, LENGTH_BYTES, (int) length);
    return Json.parse(Json.decode(header), problem -> new UnusableFileException(file, problem));
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  private static Safetensors parse(Path file, MappedFile mapped, FileChannel channel, Json header)
      throws IOException {
    long dataStart = LENGTH_BYTES + read(channel, 0, LENGTH_BYTES).getLong();
    long dataLength = channel.size() - dataStart;
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (String name : header.names()) {
      Json members = header.object(name, "header entry '" + name + "': ");
      if (name.equals(METADATA)) {
        members.names().forEach(key -> metadata.put(key, members.text(key)));
      } else {
        Entry entry = Entry.read(name, members, dataLength);
        entries.add(entry);
        tensors.put(name, entry.map(mapped, dataStart));
      }
    }
    requireNoHoles(file, entries, dataLength);
    return new Safetensors(file, tensors, metadata);
  }

  /** The format has every byte of the data belong to exactly one tensor. */
  private static void requireNoHoles(Path file, List<Entry> entries, long dataLength) {
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = 0;
    for (Entry entry : entries) {
      if (entry.begin() != end) {
        throw new UnusableFileException(
            file,
            "header entry '%s': expected its data to begin at %d, found %d"
                .formatted(entry.name(), end, entry.begin()));
      }
      end = entry.end();
    }
    if (end != dataLength) {
      throw new UnusableFileException(
          file, "expected %d bytes of data behind the header, found %d".formatted(end, dataLength));
    }
  }

  /** What the header says of one tensor, checked against the size of the data. */
  private record Entry(String name, DataType type, long[] shape, long begin, long end) {

    static Entry read(String name, Json members, long dataLength) {
      DataType type = type(members);
      long[] shape = members.wholeNumbers("shape");
      long[] offsets = members.wholeNumbers("data_offsets");
      if (offsets.length != 2
          || offsets[0] < 0
          || offsets[1] < offsets[0]
          || offsets[1] > dataLength) {
        throw members.wrong(
            "data_offsets", "a byte range within the %d bytes of data".formatted(dataLength));
      }
      long expected = bytes(members, type, shape);
      long found = offsets[1] - offsets[0];
      if (expected != found || found > Integer.MAX_VALUE) {
        throw members.wrong(
            "data_offsets",
            "%d bytes for %s%s (at most 2 GiB)".formatted(expected, type, Arrays.toString(shape)));
      }
      return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private static DataType type(Json members) {
      String name = members.text("dtype");
      for (DataType type : DataType.values()) {
        if (type.name().equals(name)) {
          return type;
        }
      }
      throw members.wrong("dtype", "one of " + Arrays.toString(DataType.values()));
    }

    /** What the shape says, which may be more than a file can have. */
    private static long bytes(Json members, DataType type, long[] shape) {
      long bytes = type.bytes();
      for (long dimension : shape) {
        if (dimension < 0) {
          throw members.wrong("shape", "no negative dimension");
        }
        bytes = LongMath.saturatedMultiply(bytes, dimension);
      }
      return bytes;
    }

    StoredTensor map(MappedFile file, long dataStart) throws IOException {
      long offset = dataStart + begin;
      return new StoredTensor(
          name, type, shape, file.map(offset, end - begin), file.region(offset));
    }
  }

  /**
   * Makes a safetensors file, whole or not at all. A second tensor of one name is an {@link
   * IllegalArgumentException}.
   */
  public static final class Writer {
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
     * A writer for one file, which stores floats of the heap as {@link DataType#F32} or, rounded to
     * nearest, as {@link DataType#F16}.
     */
    public Writer(DataType type) {
      if (type != DataType.F32 && type != DataType.F16) {
        throw new IllegalArgumentException("expected F32 or F16, found " + type);
      }
      this.type = type;
    }

    /** Adds a tensor of floats, row-major; they are kept, not copied. */
    public Writer add(String name, float[] values, long... shape) {
      requireElements(values.length, shape);
      return add(name, new Converted(type, shape.clone(), () -> values));
    }

    /**
     * Adds a tensor whose values are asked for when the file is written, so that not all of them
     * need be on the heap together.
     */
    public Writer add(String name, long[] shape, Supplier<float[]> values) {
      return add(name, new Converted(type, shape.clone(), values));
    }

    /** Adds a tensor of doubles, stored as {@link DataType#F64} and so exactly; they are kept. */
    public Writer add(String name, double[] values, long... shape) {
      requireElements(values.length, shape);
      return add(name, new Doubles(values, shape.clone()));
    }

    /** Adds a tensor of another file, byte for byte in the type it has there. */
    public Writer add(String name, StoredTensor tensor) {
      return add(name, new Copied(tensor));
    }

    private static void requireElements(int found, long... shape) {
      long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      if (expected != found) {
        throw new IllegalArgumentException(
            "shape %s: expected %d values, found %d"
                .formatted(Arrays.toString(shape), expected, found));
      }
    }

    private Writer add(String name, Content tensor) {
      if (tensors.putIfAbsent(name, tensor) != null) {
        throw new IllegalArgumentException("a second tensor named '" + name + "'");
      }
      return this;
    }

    /** Adds an entry of free-form metadata. */
    public Writer metadata(String key, String value) {
      metadata.put(key, value);
      return this;
    }

    /**
     * Writes the file, or replaces it.
     *
     * @throws java.io.UncheckedIOException if it cannot be written; an earlier file is then
     *     untouched
     */
    public void write(Path file) {
      WholeFile.writeBytes(file, this::writeTo);
    }

    private void writeTo(OutputStream out) throws IOException {
      byte[] header = header().getBytes(StandardCharsets.UTF_8);
      int padding = Math.floorMod(-header.length, ALIGNMENT);
      out.write(
          ByteBuffer.allocate(LENGTH_BYTES)
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
      header.add(METADATA, free);
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
}
