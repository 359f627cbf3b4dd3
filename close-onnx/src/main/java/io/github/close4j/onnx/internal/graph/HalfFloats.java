package io.github.close4j.onnx.internal.graph;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** Weights in 16-bit floats (IEEE 754 binary16), two bytes each in native order. */
final class HalfFloats {
  /** The largest finite one. */
  static final float LARGEST = 65504f;

  private HalfFloats() {}

  /**
   * Rounds a weight of 32-bit floats to the nearest.
   *
   * @throws IllegalArgumentException if a value is beyond {@link #LARGEST} or not a number: there
   *     is no 16-bit float to stand for it
   */
  static Weight of(Weight weight) {
    FloatBuffer values = weight.values();
    ByteBuffer halves = allocate(values.capacity());
    for (int i = 0; i < values.capacity(); i++) {
      float value = values.get(i);
      if (!(Math.abs(value) <= LARGEST)) {
        throw new IllegalArgumentException(
            "element %d: expected a value within ±65504 for 16-bit floats, found %s"
                .formatted(i, value));
      }
      halves.putShort(Fp16Conversions.floatToFp16(value));
    }
    return new Weight(halves.rewind(), ElementType.FLOAT16, weight.shape(), null);
  }

  /** The rows of several weights of 16-bit floats one after the other. */
  static Weight concatenateRows(List<Weight> parts) {
    ByteBuffer rows = allocate(parts.stream().mapToInt(part -> (int) part.bytes() / 2).sum());
    for (Weight part : parts) {
      rows.put(((ByteBuffer) part.data()).duplicate().rewind());
    }
    return new Weight(rows.rewind(), ElementType.FLOAT16, WeightBank.stackedShape(parts), null);
  }

  private static ByteBuffer allocate(int values) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(Short.BYTES, values))
        .order(ByteOrder.nativeOrder());
  }
}
