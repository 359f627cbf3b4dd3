package io.github.close4j.onnx.internal.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The instructions of a pickle as {@code torch.save} writes it, protocol 2. */
final class PickleWriter {
  private final List<byte[]> instructions = new ArrayList<>();

  /** A tensor in a storage of its own. */
  record Tensor(
      String storageType,
      String key,
      Object elements,
      Object offset,
      Object shape,
      Object strides) {
    /** A matrix of floats, row by row. */
    static Tensor matrix(int key, int rows, int columns) {
      return new Tensor(
          "FloatStorage",
          Integer.toString(key),
          (long) rows * columns,
          0L,
          List.of((long) rows, (long) columns),
          List.of((long) columns, 1L));
    }
  }

  PickleWriter() {
    op(0x80, 2);
  }

  PickleWriter op(int instruction, int... arguments) {
    byte[] bytes = new byte[1 + arguments.length];
    bytes[0] = (byte) instruction;
    for (int i = 0; i < arguments.length; i++) {
      bytes[i + 1] = (byte) arguments[i];
    }
    instructions.add(bytes);
    return this;
  }

  PickleWriter global(String module, String name) {
    return bytes("c" + module + "\n" + name + "\n");
  }

  PickleWriter emptyMap() {
    return global("collections", "OrderedDict").op(')').op('R');
  }

  /** Whole numbers, text, and lists, which become tuples; a {@code byte[]} is put in as it is. */
  PickleWriter value(Object value) {
    if (value instanceof List<?> items) {
      op('(');
      items.forEach(this::value);
      return op('t');
    }
    if (value instanceof Long number) {
      ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
      instructions.add(bytes.put((byte) 0x8a).put((byte) 8).putLong(number).array());
      return this;
    }
    if (value instanceof byte[] raw) {
      instructions.add(raw);
      return this;
    }
    byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(5 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    instructions.add(bytes.put((byte) 'X').putInt(text.length).put(text).array());
    return this;
  }

  PickleWriter tensor(Tensor tensor) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .op('(')
        .op('(')
        .value("storage")
        .global("torch", tensor.storageType())
        .value(tensor.key())
        .value("cpu")
        .value(tensor.elements())
        .op('t')
        .op('Q')
        .value(tensor.offset())
        .value(tensor.shape())
        .value(tensor.strides())
        .op(0x89)
        .emptyMap()
        .op('t')
        .op('R');
  }

  PickleWriter bytes(String latin1) {
    instructions.add(latin1.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** One element an instruction; the last one is to be the stop. */
  List<byte[]> instructions() {
    return instructions;
  }

  static byte[] join(List<byte[]> instructions) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    instructions.forEach(pickle::writeBytes);
    return pickle.toByteArray();
  }
}
