package io.github.close4j.internal.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One tensor of a file of weights, row-major, read in place from the mapped file. */
public final class StoredTensor {
  private final String name;
  private final DataType type;
  private final long[] shape;
  private final ByteBuffer data;
  private final MappedFile.@Nullable Region region;

  /**
   * A tensor in memory.
   *
   * @param name its name
   * @param type how an element is stored
   * @param shape its dimensions, outermost first
   * @param data its elements, row-major and little-endian, from position 0; kept, not copied
   * @throws IllegalArgumentException if the data has another length than type and shape ask for
   */
  public StoredTensor(String name, DataType type, long[] shape, ByteBuffer data) {
    this(name, type, shape, data, null);
    long bytes = Arrays.stream(shape).reduce(type.bytes(), Math::multiplyExact);
    if (data.capacity() != bytes) {
      throw new IllegalArgumentException(
          "tensor '%s': expected %d bytes, found %d".formatted(name, bytes, data.capacity()));
    }
  }

  /** {@code region}: where {@code data} lies in a file, or null if it lies in none as it is. */
  public StoredTensor(
      String name,
      DataType type,
      long[] shape,
      ByteBuffer data,
      MappedFile.@Nullable Region region) {
    this.name = name;
    this.type = type;
    this.shape = shape.clone();
    this.data = data;
    this.region = region;
  }

  /**
   * Where the elements lie in a file, row-major and little-endian.
   *
   * @return the place, or null if they do not lie in one piece
   */
  public MappedFile.@Nullable Region region() {
    return region;
  }

  /**
   * The tensor's name in its file.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * How an element is stored.
   *
   * @return the stored type
   */
  public DataType type() {
    return type;
  }

  /**
   * The tensor's dimensions, outermost first.
   *
   * @return a copy
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * Number of elements.
   *
   * @return the product of the dimensions; 1 for a scalar
   */
  public int elements() {
    return data.capacity() / type.bytes();
  }

  /**
   * The elements as 32-bit floats in a direct buffer: a view of the mapped file where they are
   * stored so, else a converted copy off the heap.
   *
   * @return a direct buffer in native order, position 0; not to be written to
   * @throws IllegalStateException if the tensor holds integers or 64-bit floats
   */
  public FloatBuffer floats() {
    if (type == DataType.F32 && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      return littleEndian().asFloatBuffer();
    }
    FloatBuffer converted =
        ByteBuffer.allocateDirect(Math.multiplyExact(4, elements()))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    ByteBuffer stored = littleEndian();
    for (int i = 0; i < converted.capacity(); i++) {
      converted.put(i, floatAt(stored, i));
    }
    return converted;
  }

  /**
   * The elements as 32-bit floats.
   *
   * @return a new array, row-major
   * @throws IllegalStateException if the tensor holds integers or 64-bit floats
   */
  public float[] toFloatArray() {
    float[] values = new float[elements()];
    ByteBuffer stored = littleEndian();
    for (int i = 0; i < values.length; i++) {
      values[i] = floatAt(stored, i);
    }
    return values;
  }

  /**
   * The elements of an integer tensor.
   *
   * @return a new array, row-major
   * @throws IllegalStateException if the tensor does not hold integers
   */
  public long[] toLongArray() {
    if (type != DataType.I64) {
      throw new IllegalStateException("tensor " + name + ": expected integers, found " + type);
    }
    long[] values = new long[elements()];
    littleEndian().asLongBuffer().get(values);
    return values;
  }

  /**
   * The elements of a tensor of 64-bit floats.
   *
   * @return a new array, row-major
   * @throws IllegalStateException if the tensor holds anything else
   */
  public double[] toDoubleArray() {
    if (type != DataType.F64) {
      throw new IllegalStateException("tensor " + name + ": expected F64, found " + type);
    }
    double[] values = new double[elements()];
    littleEndian().asDoubleBuffer().get(values);
    return values;
  }

  /**
   * The elements as they are stored.
   *
   * @return a read-only view, little-endian, position 0
   */
  public ByteBuffer bytes() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private float floatAt(ByteBuffer stored, int index) {
    return switch (type) {
      case F32 -> stored.getFloat(4 * index);
      case F16 -> DataType.binary16ToFloat(stored.getShort(2 * index));
      case BF16 -> DataType.bfloat16ToFloat(stored.getShort(2 * index));
      case I64, F64 ->
          throw new IllegalStateException(
              "tensor " + name + ": expected floats of up to 32 bits, found " + type);
    };
  }

  private ByteBuffer littleEndian() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public String toString() {
    return name + " " + type + Arrays.toString(shape);
  }
}
