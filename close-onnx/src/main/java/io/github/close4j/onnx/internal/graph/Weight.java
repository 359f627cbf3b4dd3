package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.weights.DataType;
import io.github.close4j.onnx.weights.FileRegion;
import io.github.close4j.onnx.weights.StoredTensor;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Values of a weight.
 *
 * @param data a direct buffer, row-major; not to be written to. A {@link FloatBuffer}, or a {@link
 *     ByteBuffer} for {@link ElementType#UINT8} and {@link ElementType#FLOAT16}
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

  /** The folder of the file that holds it; null if none does, or no longer. */
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
    return (long) (data instanceof ByteBuffer ? 1 : Float.BYTES) * data.capacity();
  }
}
