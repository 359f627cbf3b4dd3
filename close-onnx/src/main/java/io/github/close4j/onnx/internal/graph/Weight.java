package io.github.close4j.onnx.internal.graph;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.FileRegion;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Values of a weight.
 *
 * @param data a direct buffer, row-major; not to be written to. A {@link FloatBuffer} for {@link
 *     ElementType#FLOAT}, else a {@link ByteBuffer} in native order
 * @param type the elements' type
 * @param shape the dimensions; kept, not copied
 * @param region where the same bytes lie in a file, or null if in none
 */
public record Weight(Buffer data, ElementType type, long[] shape, @Nullable FileRegion region) {

  Weight(FloatBuffer values, long[] shape) {
    this(values, ElementType.FLOAT, shape, null);
  }

  Weight(ByteBuffer codes, long[] shape) {
    this(codes, ElementType.UINT8, shape, null);
  }

  /** The elements of a weight of floats. */
  FloatBuffer values() {
    return (FloatBuffer) data;
  }

  /** The weight of a file's tensor; read in place where the file holds it as it is wanted. */
  static Weight of(StoredTensor tensor) {
    boolean inPlace =
        tensor.type() == DataType.F32 && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return new Weight(
        tensor.floats(), ElementType.FLOAT, tensor.shape(), inPlace ? tensor.region() : null);
  }

  /** Whether a file holds a tensor as {@link #half} wants it. */
  static boolean isHalf(StoredTensor tensor) {
    return tensor.type() == DataType.F16 && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  /** The 16-bit floats of a file's tensor, read in place. */
  static Weight half(StoredTensor tensor) {
    return new Weight(tensor.bytes(), ElementType.FLOAT16, tensor.shape(), tensor.region());
  }

  /**
   * The folder of the file that holds it.
   *
   * @return its absolute path; null if no file holds it, or no longer
   */
  public @Nullable Path folder() {
    return region != null && region.isCurrent() ? region.file().toAbsolutePath().getParent() : null;
  }

  /** The same values, read again where they lie in a file. */
  Weight reread() {
    return region == null || !region.isCurrent()
        ? this
        : new Weight(FloatBuffer.wrap(region.readFloats(data.capacity())), shape);
  }

  long bytes() {
    return data instanceof FloatBuffer ? (long) Float.BYTES * data.capacity() : data.capacity();
  }
}
