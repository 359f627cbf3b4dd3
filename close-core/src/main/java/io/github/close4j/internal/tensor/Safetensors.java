package io.github.close4j.internal.tensor;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.JsonFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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
      JsonObject header = readHeader(file, channel);
      return parse(file, channel, header);
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
    TensorNames.require(file, name, names());
    return tensors.get(name);
  }

  private static JsonObject readHeader(Path file, FileChannel channel) throws IOException {
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
    try {
      return JsonFile.parse(JsonFile.decode(header));
    } catch (IOException e) {
      throw new UnusableFileException(file, e.getMessage(), e);
    }
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

  private static Safetensors parse(Path file, FileChannel channel, JsonObject header)
      throws IOException {
    long dataStart = LENGTH_BYTES + read(channel, 0, LENGTH_BYTES).getLong();
    long dataLength = channel.size() - dataStart;
    MappedFile mapped = new MappedFile(file, channel);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    List<TensorHeader> headers = new ArrayList<>();
    for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
      try {
        if (entry.getKey().equals(METADATA)) {
          metadata.putAll(TensorHeader.metadata(entry.getValue()));
        } else {
          TensorHeader tensor = TensorHeader.parse(entry.getKey(), entry.getValue(), dataLength);
          headers.add(tensor);
          tensors.put(entry.getKey(), tensor.map(mapped, dataStart));
        }
      } catch (IllegalArgumentException e) {
        throw new UnusableFileException(
            file, "header entry '" + entry.getKey() + "': " + e.getMessage(), e);
      }
    }
    requireNoHoles(file, headers, dataLength);
    return new Safetensors(file, tensors, metadata);
  }

  /** The format has every byte of the data belong to exactly one tensor. */
  private static void requireNoHoles(Path file, List<TensorHeader> headers, long dataLength) {
    headers.sort(
        Comparator.comparingLong(TensorHeader::begin).thenComparingLong(TensorHeader::end));
    long end = 0;
    for (TensorHeader header : headers) {
      if (header.begin() != end) {
        throw new UnusableFileException(
            file,
            "header entry '%s': expected its data to begin at %d, found %d"
                .formatted(header.name(), end, header.begin()));
      }
      end = header.end();
    }
    if (end != dataLength) {
      throw new UnusableFileException(
          file, "expected %d bytes of data behind the header, found %d".formatted(end, dataLength));
    }
  }
}
