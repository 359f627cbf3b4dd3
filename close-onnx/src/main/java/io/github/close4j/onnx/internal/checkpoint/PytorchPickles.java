package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.internal.tensor.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The form before version 1.6: pickles of PyTorch's number, of a version, of what the machine was
 * like, of the object and of the storages' keys; then each storage in the keys' order, its number
 * of elements before it.
 *
 * <p>Source: {@code _legacy_save} in {@code torch/serialization.py} of PyTorch.
 */
final class PytorchPickles implements PytorchContents {
  private static final long VERSION = 1001;

  private final Object root;
  private final Map<String, ZipDirectory.Range> storages;

  private PytorchPickles(Object root, Map<String, ZipDirectory.Range> storages) {
    this.root = root;
    this.storages = storages;
  }

  static PytorchPickles read(FileChannel channel) throws IOException {
    ByteBuffer start = bytes(channel, 0, (int) Math.min(channel.size(), MAX_PICKLE_BYTES));
    start.position(PytorchForm.NUMBER_PICKLE_BYTES);
    TorchObjects objects = new TorchObjects();
    requireVersion(PickleReader.readNext(start, objects));
    requireLittleEndian(PickleReader.readNext(start, objects));
    Object root = PickleReader.readNext(start, objects);
    Object keys = PickleReader.readNext(start, objects);
    if (!(keys instanceof List<?> list)) {
      throw new IllegalArgumentException(
          "expected a list of storages, found " + PickleReader.describe(keys));
    }
    return new PytorchPickles(
        root, storages(channel, start.position(), list, objects.storageTypes()));
  }

  private static void requireVersion(Object version) {
    if (!version.equals(VERSION)) {
      throw new IllegalArgumentException(
          "expected version %d of PyTorch's pickles, found %s"
              .formatted(VERSION, PickleReader.describe(version)));
    }
  }

  private static void requireLittleEndian(Object machine) {
    if (!(machine instanceof Map<?, ?> map) || !Boolean.TRUE.equals(map.get("little_endian"))) {
      throw new IllegalArgumentException("expected little-endian numbers, found others");
    }
  }

  private static Map<String, ZipDirectory.Range> storages(
      FileChannel channel, long from, List<?> keys, Map<String, DataType> types)
      throws IOException {
    Map<String, ZipDirectory.Range> storages = new HashMap<>();
    long position = from;
    for (Object key : keys) {
      DataType type = key instanceof String name ? types.get(name) : null;
      if (type == null) {
        throw new IllegalArgumentException(
            "expected the key of a tensor's storage, found " + PickleReader.describe(key));
      }
      long elements = bytes(channel, position, Long.BYTES).getLong();
      long room = (channel.size() - position - Long.BYTES) / type.bytes();
      if (elements < 0 || elements > room) {
        throw new IllegalArgumentException(
            "storage '%s': expected at most %d elements up to the file's end, found %d"
                .formatted(key, room, elements));
      }
      long length = elements * type.bytes();
      storages.put(key.toString(), new ZipDirectory.Range(position + Long.BYTES, length));
      position += Long.BYTES + length;
    }
    return storages;
  }

  private static ByteBuffer bytes(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IllegalArgumentException(
            "expected %d bytes at %d, found %d".formatted(length, position, bytes.position()));
      }
    }
    return bytes.flip();
  }

  @Override
  public Object root() {
    return root;
  }

  @Override
  public ZipDirectory.Range locate(TorchObjects.Storage storage) {
    ZipDirectory.Range range = storages.get(storage.key());
    if (range == null) {
      throw new IllegalArgumentException(
          "expected the storage '%s', found none of that name".formatted(storage.key()));
    }
    return range;
  }
}
