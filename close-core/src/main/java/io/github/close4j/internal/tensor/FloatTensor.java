package io.github.close4j.internal.tensor;

import java.util.Arrays;

/** A tensor of 32-bit floats on the heap, row-major. */
public final class FloatTensor {
  private final float[] values;
  private final long[] shape;

  /**
   * Wraps values.
   *
   * @param values the elements, row-major; kept, not copied
   * @param shape the dimensions, outermost first
   * @throws IllegalArgumentException if their product is not the number of values
   */
  public FloatTensor(float[] values, long... shape) {
    requireElements(values.length, shape);
    this.values = values;
    this.shape = shape.clone();
  }

  static void requireElements(int found, long... shape) {
    long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (expected != found) {
      throw new IllegalArgumentException(
          "shape %s: expected %d values, found %d"
              .formatted(Arrays.toString(shape), expected, found));
    }
  }

  /**
   * The elements.
   *
   * @return the array itself, not a copy
   */
  public float[] values() {
    return values;
  }

  /**
   * The dimensions, outermost first.
   *
   * @return a copy
   */
  public long[] shape() {
    return shape.clone();
  }
}
