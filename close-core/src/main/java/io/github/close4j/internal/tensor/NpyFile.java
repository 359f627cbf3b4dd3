package io.github.close4j.internal.tensor;

import com.google.common.math.LongMath;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array that NumPy's {@code save} wrote: floats of 16, 32 or 64 bits in either byte order, row-
 * or column-major, as results of scikit-learn are.
 *
 * <p>Source: NumPy, {@code numpy/lib/_format_impl.py}, versions 1 to 3 of the format.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int SHORT_HEADER_START = 10;
  private static final int LONG_HEADER_START = 12;
  private static final int LAST_VERSION = 3;
  private static final Pattern TYPE = Pattern.compile("'descr': *('[^']*'|\\[.*?\\](?=, *'))");
  private static final Pattern FLOATS = Pattern.compile("'([<>])f([248])'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");

  private final Path file;
  private final int[] shape;
  private final boolean columnMajor;
  private final DataType type;
  private final ByteBuffer data;

  /** {@code data}: the numbers, in their byte order. */
  private NpyFile(Path file, int[] shape, boolean columnMajor, DataType type, ByteBuffer data) {
    this.file = file;
    this.shape = shape;
    this.columnMajor = columnMajor;
    this.type = type;
    this.data = data;
  }

  /**
   * Reads a file into memory.
   *
   * @param file a file of type {@code f2}, {@code f4} or {@code f8}, at most 2 GB
   * @return the array
   * @throws UnusableFileException if the file is missing, is no such file, holds anything but
   *     floats, or is truncated
   */
  public static NpyFile read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UnusableFileException(file, "expected a .npy file, found no file", e);
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    } catch (OutOfMemoryError e) {
      throw new UnusableFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    return parse(file, bytes);
  }

  private static NpyFile parse(Path file, byte[] bytes) {
    if (bytes.length < LONG_HEADER_START || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, 6))) {
      throw new UnusableFileException(
          file, "expected a .npy file, found %d bytes of another kind".formatted(bytes.length));
    }
    if (bytes[6] < 1 || bytes[6] > LAST_VERSION) {
      throw new UnusableFileException(
          file,
          "expected version 1 to %d of .npy, found %d".formatted(LAST_VERSION, bytes[6] & 0xFF));
    }
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int start = bytes[6] == 1 ? SHORT_HEADER_START : LONG_HEADER_START;
    long length = bytes[6] == 1 ? data.getShort(8) & 0xFFFF : data.getInt(8) & 0xFFFFFFFFL;
    if (length > bytes.length - start) {
      throw new UnusableFileException(
          file, "expected a header of %d bytes, found %d".formatted(length, bytes.length - start));
    }
    String header = new String(bytes, start, (int) length, StandardCharsets.UTF_8);
    int[] shape = shape(file, header);
    boolean columnMajor = find(file, header, ORDER).equals("True");
    Matcher floats = floats(file, header);
    DataType type = type(floats);
    data.position(start + (int) length);
    long expected =
        Arrays.stream(shape).asLongStream().reduce(type.bytes(), LongMath::saturatedMultiply);
    if (data.remaining() != expected) {
      throw new UnusableFileException(
          file,
          "shape %s: expected %d bytes of numbers, found %d"
              .formatted(Arrays.toString(shape), expected, data.remaining()));
    }
    boolean bigEndian = floats.group(1).equals(">");
    ByteBuffer numbers =
        data.slice().order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    return new NpyFile(file, shape, columnMajor, type, numbers);
  }

  private static Matcher floats(Path file, String header) {
    String type = find(file, header, TYPE);
    Matcher floats = FLOATS.matcher(type);
    if (!floats.matches()) {
      throw new UnusableFileException(
          file, "expected floats, of type f2, f4 or f8, found %s".formatted(describe(type)));
    }
    return floats;
  }

  private static DataType type(Matcher floats) {
    return switch (floats.group(2)) {
      case "2" -> DataType.F16;
      case "4" -> DataType.F32;
      default -> DataType.F64;
    };
  }

  /** What stands in a file that holds no floats that can be read. */
  private static String describe(String type) {
    if (type.startsWith("[")) {
      return "records: " + type;
    }
    String name = type.substring(1, type.length() - 1);
    String kind =
        switch (name.replaceFirst("[<>|=]", "").replaceAll("\\[?\\d.*", "")) {
          case "O" -> "objects";
          case "c" -> "complex numbers";
          case "i", "u" -> "integers";
          case "b", "?" -> "truth values";
          case "U", "S", "a" -> "strings";
          case "V" -> "raw bytes";
          case "M", "m" -> "times";
          case "f" -> "floats of another size";
          default -> "values";
        };
    return kind + " of type " + name;
  }

  private static int[] shape(Path file, String header) {
    try {
      return Arrays.stream(find(file, header, SHAPE).split(","))
          .map(String::strip)
          .filter(size -> !size.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new UnusableFileException(file, "expected a smaller shape: " + e.getMessage(), e);
    }
  }

  private static String find(Path file, String header, Pattern pattern) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new UnusableFileException(
          file, "expected a header with %s, found %s".formatted(pattern, header.strip()));
    }
    return matcher.group(1);
  }

  /**
   * The array's dimensions, outermost first.
   *
   * @return a copy; empty for a single number
   */
  public int[] shape() {
    return shape.clone();
  }

  /**
   * The numbers in row-major order, those of 64 bits rounded to float.
   *
   * @return a new array
   */
  public float[] toFloatArray() {
    float[] values = new float[elements()];
    for (int i = 0; i < values.length; i++) {
      int at = position(i);
      values[i] = type == DataType.F64 ? (float) data.getDouble(8 * at) : floatAt(at);
    }
    return values;
  }

  /**
   * The numbers in row-major order.
   *
   * @return a new array
   */
  public double[] toDoubleArray() {
    double[] values = new double[elements()];
    for (int i = 0; i < values.length; i++) {
      int at = position(i);
      values[i] = type == DataType.F64 ? data.getDouble(8 * at) : floatAt(at);
    }
    return values;
  }

  private int elements() {
    return data.capacity() / type.bytes();
  }

  private float floatAt(int position) {
    return type == DataType.F32
        ? data.getFloat(4 * position)
        : DataType.binary16ToFloat(data.getShort(2 * position));
  }

  /** Where the number lies that comes at an index in row-major order. */
  private int position(int index) {
    if (!columnMajor) {
      return index;
    }
    int position = 0;
    int left = index;
    int stride = elements();
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      stride /= shape[axis];
      position += left % shape[axis] * stride;
      left /= shape[axis];
    }
    return position;
  }

  /** Returns the path and the shape, never the values. */
  @Override
  public String toString() {
    return "NpyFile[" + file + ", shape=" + Arrays.toString(shape) + "]";
  }
}
