package io.github.close4j.internal.tensor;

import com.google.common.math.LongMath;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
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

/**
 * A safetensors file, memory-mapped: an 8-byte little-endian header length, a JSON header that
 * names type, shape and byte range of each tensor, then the bytes.
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
   * @param file the safetensors file
   * @return its tensors, mapped
   * @throws UnusableFileException if the file is missing or is not a sound safetensors file
   */
  public static Safetensors open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return parse(file, channel, readHeader(file, channel));
    } catch (NoSuchFileException e) {
      throw new UnusableFileException(file, "expected a safetensors file, found no file", e);
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + e.getMessage(), e);
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

  /**
   * The file's free-form metadata.
   *
   * @return an unmodifiable map, empty if there is none
   */
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

  private static Safetensors parse(Path file, FileChannel channel, Json header) throws IOException {
    long dataStart = LENGTH_BYTES + read(channel, 0, LENGTH_BYTES).getLong();
    long dataLength = channel.size() - dataStart;
    MappedFile mapped = new MappedFile(file, channel);
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
}
