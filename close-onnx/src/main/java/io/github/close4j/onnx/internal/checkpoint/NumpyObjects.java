package io.github.close4j.onnx.internal.checkpoint;

import com.google.common.math.LongMath;
import io.github.close4j.onnx.internal.checkpoint.PickleReader.Global;
import io.github.close4j.onnx.internal.checkpoint.PickleReader.Symbol;
import io.github.close4j.onnx.internal.checkpoint.PickleReader.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The few names that a pickle of NumPy's arrays needs, and what they stand for here: arrays of
 * 32-bit and 64-bit floats. Any other name, and any other type of numbers, is refused.
 *
 * <p>Source: {@code array_reduce} and {@code array_setstate} in
 * numpy/_core/src/multiarray/methods.c, {@code arraydescr_reduce} in descriptor.c; modules were
 * renamed from {@code numpy.core} to {@code numpy._core} in NumPy 2.
 */
final class NumpyObjects implements PickleReader.Objects {
  private static final Set<String> FLOATS = Set.of("f4", "f8");

  /** Bytes that may still be made of text: no more than the file has. */
  private long decodableBytes;

  NumpyObjects(long fileBytes) {
    decodableBytes = fileBytes;
  }

  /** A type of numbers; its byte order comes after it. */
  private static final class NumberType {
    final String name;
    boolean isBigEndian;

    NumberType(String name) {
      this.name = name;
    }

    int bytes() {
      return name.charAt(1) - '0';
    }
  }

  /** An array; what is in it comes after it. */
  static final class NumpyArray {
    private int[] shape = {};
    private boolean isColumnMajor;
    private @Nullable NumberType type;
    private ByteBuffer data = ByteBuffer.allocate(0);

    /** The dimensions, outermost first; none for a single number. */
    int[] shape() {
      return shape.clone();
    }

    private void set(NumberType newType, int[] newShape, boolean columnMajor, ByteBuffer bytes) {
      long expected = newType.bytes();
      for (int size : newShape) {
        expected = LongMath.saturatedMultiply(expected, size);
      }
      if (expected != bytes.remaining()) {
        throw new IllegalArgumentException(
            "array of shape %s and type %s: expected %d bytes, found %d"
                .formatted(Arrays.toString(newShape), newType.name, expected, bytes.remaining()));
      }
      shape = newShape;
      type = newType;
      isColumnMajor = columnMajor && newShape.length == 2;
      data = bytes;
    }

    /** The numbers, row by row. */
    double[] values() {
      NumberType known = type;
      if (known == null) {
        throw new IllegalArgumentException("expected an array with numbers, found one without");
      }
      ByteBuffer bytes =
          data.duplicate()
              .order(known.isBigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      int size = known.bytes();
      double[] values = new double[bytes.remaining() / size];
      for (int i = 0; i < values.length; i++) {
        int at =
            bytes.position() + size * (isColumnMajor ? i % shape[1] * shape[0] + i / shape[1] : i);
        values[i] = size == Float.BYTES ? bytes.getFloat(at) : bytes.getDouble(at);
      }
      return values;
    }
  }

  @Override
  public boolean isOfAnyProtocol() {
    return true;
  }

  @Override
  public Object persistent(Object id) {
    throw new IllegalArgumentException("expected no persistent ids, found one");
  }

  @Override
  public Object call(String function, List<Object> arguments) {
    return switch (function.replaceFirst("^numpy\\._core\\.", "numpy.core.")) {
      case "numpy.core.multiarray._reconstruct" -> {
        requireArrayClass(arguments);
        yield new NumpyArray();
      }
      case "numpy.core.multiarray.scalar" -> {
        NumpyArray scalar = new NumpyArray();
        scalar.set(type(function, arguments, 0), new int[0], false, bytes(function, arguments, 1));
        yield scalar;
      }
      case "numpy.core.numeric._frombuffer" -> {
        NumpyArray array = new NumpyArray();
        array.set(
            type(function, arguments, 1),
            shape(argument(function, arguments, 2)),
            "F".equals(argument(function, arguments, 3)),
            bytes(function, arguments, 0));
        yield array;
      }
      case "numpy.dtype" -> numberType(argument(function, arguments, 0));
      case "_codecs.encode" -> encoded(function, arguments);
      default -> throw unsupported(function);
    };
  }

  private static void requireArrayClass(List<Object> arguments) {
    Object type = arguments.isEmpty() ? Symbol.NONE : arguments.get(0);
    if (!(type instanceof Global global) || !global.name().equals("numpy.ndarray")) {
      throw unsupported(type instanceof Global global ? global.name() : "no class of arrays");
    }
  }

  private static NumberType numberType(Object name) {
    String text =
        name instanceof ByteBuffer bytes ? latin1(bytes) : name instanceof String s ? s : "";
    String plain = text.replaceFirst("^[<=|>]", "");
    if (!FLOATS.contains(plain)) {
      throw unsupported("numbers of type " + (text.length() > 20 ? text.substring(0, 20) : text));
    }
    NumberType type = new NumberType(plain);
    type.isBigEndian = text.startsWith(">");
    return type;
  }

  @Override
  public void build(Object target, Object state) {
    if (!(state instanceof Tuple tuple)) {
      throw new IllegalArgumentException(
          "expected a state in a tuple, found " + PickleReader.describe(state));
    }
    List<Object> items = tuple.items;
    if (target instanceof NumberType type) {
      Object order = argument("numpy.dtype", items, 1);
      String text = order instanceof ByteBuffer bytes ? latin1(bytes) : order.toString();
      if (!Set.of("<", ">", "|", "=").contains(text)) {
        throw unsupported("numbers of an unknown byte order");
      }
      type.isBigEndian = text.equals(">");
    } else if (target instanceof NumpyArray array) {
      String name = "numpy.ndarray";
      array.set(
          type(name, items, 2),
          shape(argument(name, items, 1)),
          Boolean.TRUE.equals(argument(name, items, 3))
              || Long.valueOf(1).equals(argument(name, items, 3)),
          bytes(name, items, 4));
    } else {
      throw new IllegalArgumentException(
          "expected the state of an array, found that of " + PickleReader.describe(target));
    }
  }

  /** Old protocols have no bytes: they are written as text, a character a byte. */
  private ByteBuffer encoded(String function, List<Object> arguments) {
    Object text = argument(function, arguments, 0);
    Object encoding = argument(function, arguments, 1);
    if (!(text instanceof String characters) || !"latin1".equals(encoding)) {
      throw new IllegalArgumentException(
          function + ": expected text as latin1, found " + PickleReader.describe(text));
    }
    decodableBytes -= characters.length();
    if (decodableBytes < 0) {
      throw new IllegalArgumentException(
          "expected each text to be decoded once, found more bytes than the file has");
    }
    byte[] bytes = new byte[characters.length()];
    for (int i = 0; i < bytes.length; i++) {
      if (characters.charAt(i) > 0xFF) {
        throw new IllegalArgumentException(function + ": expected latin1, found another character");
      }
      bytes[i] = (byte) characters.charAt(i);
    }
    return ByteBuffer.wrap(bytes);
  }

  private static int[] shape(Object value) {
    if (!(value instanceof Tuple sizes) || sizes.items.size() > 2) {
      throw new IllegalArgumentException(
          "expected an array of at most two dimensions, found "
              + (value instanceof Tuple more ? more.items.size() : PickleReader.describe(value)));
    }
    return sizes.items.stream().mapToInt(NumpyObjects::size).toArray();
  }

  private static int size(Object value) {
    if (value instanceof Long size && size >= 0 && size <= Integer.MAX_VALUE) {
      return size.intValue();
    }
    throw new IllegalArgumentException(
        "expected the size of an array, found " + PickleReader.describe(value));
  }

  private static NumberType type(String what, List<Object> items, int index) {
    if (argument(what, items, index) instanceof NumberType type) {
      return type;
    }
    throw new IllegalArgumentException(
        what + ": expected a type of numbers, found " + PickleReader.describe(items.get(index)));
  }

  private static ByteBuffer bytes(String what, List<Object> items, int index) {
    if (argument(what, items, index) instanceof ByteBuffer bytes) {
      return bytes;
    }
    throw new IllegalArgumentException(
        what + ": expected bytes, found " + PickleReader.describe(items.get(index)));
  }

  private static Object argument(String what, List<Object> items, int index) {
    if (index < items.size()) {
      return items.get(index);
    }
    throw new IllegalArgumentException(
        "%s: expected more than %d arguments, found %d".formatted(what, index, items.size()));
  }

  private static String latin1(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
  }

  private static IllegalArgumentException unsupported(String name) {
    return new IllegalArgumentException(
        "expected NumPy arrays of 32-bit or 64-bit floats, found '" + name + "'");
  }
}
