package io.github.close4j.internal.tensor;

import com.google.common.math.LongMath;
import io.github.close4j.UnusableFileException;
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
 * An array that NumPy's {@code save} wrote: numbers of 32 or 64 bits, row-major, or with two
 * dimensions also column-major, as results of scikit-learn are.
 *
 * <p>Source: NumPy, {@code numpy/lib/_format_impl.py}, versions 1 to 3 of the format.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int SHORT_HEADER_START = 10;
  private static final int LONG_HEADER_START = 12;
  private static final Pattern TYPE = Pattern.compile("'descr': *'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");

  private final Path file;
  private final int[] shape;
  private final boolean columnMajor;
  private final boolean doubles;
  private final ByteBuffer data;

  private NpyFile(Path file, int[] shape, boolean columnMajor, boolean doubles, ByteBuffer data) {
    this.file = file;
    this.shape = shape;
    this.columnMajor = columnMajor;
    this.doubles = doubles;
    this.data = data;
  }

  /**
   * Reads a file into memory.
   *
   * @param file a file of type {@code <f4} or {@code <f8}, at most 2 GB
   * @return the array
   * @throws UnusableFileException if the file is missing, is no such file, or is truncated
   */
  public static NpyFile read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UnusableFileException(file, "expected a .npy file, found no file", e);
    } catch (IOException | OutOfMemoryError e) {
      throw new UnusableFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    return parse(file, bytes);
  }

  private static NpyFile parse(Path file, byte[] bytes) {
    if (bytes.length < LONG_HEADER_START || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, 6))) {
      throw new UnusableFileException(
          file, "expected a .npy file, found %d bytes of another kind".formatted(bytes.length));
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
    boolean columnMajor = isColumnMajor(file, header, shape);
    boolean doubles = isDouble(file, header);
    data.position(start + (int) length);
    long expected =
        Arrays.stream(shape).asLongStream().reduce(doubles ? 8 : 4, LongMath::saturatedMultiply);
    if (data.remaining() != expected) {
      throw new UnusableFileException(
          file,
          "shape %s: expected %d bytes of numbers, found %d"
              .formatted(Arrays.toString(shape), expected, data.remaining()));
    }
    ByteBuffer numbers = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    return new NpyFile(file, shape, columnMajor, doubles, numbers);
  }

  private static boolean isDouble(Path file, String header) {
    String type = find(file, header, TYPE);
    if (!type.equals("<f4") && !type.equals("<f8")) {
      throw new UnusableFileException(file, "expected numbers of type <f4 or <f8, found " + type);
    }
    return type.equals("<f8");
  }

  private static boolean isColumnMajor(Path file, String header, int[] shape) {
    boolean columnMajor = find(file, header, ORDER).equals("True");
    if (columnMajor && shape.length > 2) {
      throw new UnusableFileException(
          file, "expected row-major order, found column-major " + Arrays.toString(shape));
    }
    return columnMajor && shape.length == 2;
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
    float[] values = new float[data.capacity() / (doubles ? 8 : 4)];
    for (int i = 0; i < values.length; i++) {
      int at = position(i);
      values[i] = doubles ? (float) data.getDouble(8 * at) : data.getFloat(4 * at);
    }
    return values;
  }

  /**
   * The numbers in row-major order.
   *
   * @return a new array
   */
  public double[] toDoubleArray() {
    double[] values = new double[data.capacity() / (doubles ? 8 : 4)];
    for (int i = 0; i < values.length; i++) {
      int at = position(i);
      values[i] = doubles ? data.getDouble(8 * at) : data.getFloat(4 * at);
    }
    return values;
  }

  /** Where the number lies that comes at an index in row-major order. */
  private int position(int index) {
    return columnMajor ? index % shape[1] * shape[0] + index / shape[1] : index;
  }

  /** Returns the path and the shape, never the values. */
  @Override
  public String toString() {
    return "NpyFile[" + file + ", shape=" + Arrays.toString(shape) + "]";
  }
}
