package io.github.close4j.onnx.internal.graph;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Values of a weight.
 *
 * @param data a direct buffer, row-major; not to be written to. A {@link FloatBuffer}, or a {@link
 *     ByteBuffer} for {@link ElementType#UINT8} and {@link ElementType#FLOAT16}
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

  /** The elements of a weight of floats. */
  FloatBuffer values() {
    return (FloatBuffer) data;
  }

  long bytes() {
    return (long) (data instanceof ByteBuffer ? 1 : Float.BYTES) * data.capacity();
  }
}
