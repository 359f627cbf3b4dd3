package io.github.close4j.onnx.internal.graph;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Values of a weight.
 *
 * @param data a direct buffer, row-major; not to be written to. A {@link FloatBuffer} for {@link
 *     ElementType#FLOAT}, else a {@link ByteBuffer} in native order
 * @param type the elements' type
 * @param shape the dimensions; kept, not copied
 */
public record Weight(Buffer data, ElementType type, long[] shape) {

  Weight(FloatBuffer values, long[] shape) {
    this(values, ElementType.FLOAT, shape);
  }

  Weight(ByteBuffer codes, long[] shape) {
    this(codes, ElementType.UINT8, shape);
  }

  /** Elements as {@link HalfFloats} makes them. */
  static Weight half(ByteBuffer halves, long[] shape) {
    return new Weight(halves, ElementType.FLOAT16, shape);
  }

  /** The elements of a weight of floats. */
  FloatBuffer values() {
    return (FloatBuffer) data;
  }

  long bytes() {
    return data instanceof FloatBuffer ? (long) Float.BYTES * data.capacity() : data.capacity();
  }
}
