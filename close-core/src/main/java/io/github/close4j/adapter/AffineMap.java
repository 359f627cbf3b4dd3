package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.Nullable;

/**
 * The map {@code x -> A·x + b} of vectors of one dimension: an adapter that can be folded into the
 * projection behind it, so that it costs nothing when pictures are captioned.
 *
 * <p>Immutable and thread-safe.
 */
public final class AffineMap {
  private static final AffineMap IDENTITY = new AffineMap(null, null);

  // Null is the identity, so that a shift neither holds nor multiplies a matrix.
  private final @Nullable SquareMatrix matrix;
  // Null is zero, of any dimension.
  private final float @Nullable [] offset;

  private AffineMap(@Nullable SquareMatrix matrix, float @Nullable [] offset) {
    this.matrix = matrix;
    this.offset = offset;
  }

  /**
   * The map that changes nothing, for vectors of any dimension.
   *
   * @return {@code x -> x}
   */
  public static AffineMap identity() {
    return IDENTITY;
  }

  static AffineMap shift(float[] offset) {
    return new AffineMap(null, offset);
  }

  static AffineMap of(SquareMatrix matrix, float[] offset) {
    return new AffineMap(matrix, offset);
  }

  /**
   * This map and then another.
   *
   * @param next the map that reads what this one gives
   * @return {@code x -> next(this(x))}, rounded to float once
   * @throws IllegalArgumentException if the dimensions differ
   */
  @CheckReturnValue
  public AffineMap andThen(AffineMap next) {
    if (next.offset == null) {
      return this;
    }
    if (offset == null) {
      return next;
    }
    int dimension = offset.length;
    if (next.offset.length != dimension) {
      throw new IllegalArgumentException(
          "next: expected dimension " + dimension + ", found " + next.offset.length);
    }
    if (next.matrix == null) {
      return new AffineMap(matrix, sum(toDouble(offset), next.offset));
    }
    double[] moved = new double[dimension];
    next.matrix.multiply(offset, 0, moved);
    SquareMatrix product = matrix == null ? next.matrix : next.matrix.times(matrix);
    return new AffineMap(product, sum(moved, next.offset));
  }

  /**
   * Folds this map into the linear layer that reads its result: afterwards {@code weights·x + bias}
   * is what {@code weights·(A·x + b) + bias} was. Sums are in double precision and rounded once.
   *
   * @param weights {@code [outputs, dimension]}, row-major; changed in place
   * @param bias {@code [outputs]}; changed in place
   * @throws IllegalArgumentException if {@code weights} is not of that shape
   */
  public void foldInto(float[] weights, float[] bias) {
    if (offset == null) {
      return;
    }
    int dimension = offset.length;
    if (weights.length != (long) bias.length * dimension) {
      throw new IllegalArgumentException(
          "weights: expected [%d, %d], %d components, found %d"
              .formatted(bias.length, dimension, (long) bias.length * dimension, weights.length));
    }
    double[] folded = new double[dimension];
    for (int output = 0; output < bias.length; output++) {
      int start = output * dimension;
      double sum = bias[output];
      for (int i = 0; i < dimension; i++) {
        sum += (double) weights[start + i] * offset[i];
      }
      bias[output] = (float) sum;
      if (matrix != null) {
        matrix.multiplyTransposed(weights, start, folded);
        for (int i = 0; i < dimension; i++) {
          weights[start + i] = (float) folded[i];
        }
      }
    }
  }

  private static double[] toDouble(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static float[] sum(double[] left, float[] right) {
    float[] sum = new float[right.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (float) (left[i] + right[i]);
    }
    return sum;
  }

  @Override
  public String toString() {
    return offset == null
        ? "AffineMap[identity]"
        : "AffineMap[dimension=%d, matrix=%s]".formatted(offset.length, matrix != null);
  }
}
