package io.github.close4j.embedding.internal;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** The kernels over the Vector API, as wide as the processor's registers. */
final class VectorKernels implements RowKernels {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = FLOATS.length();

  // JDK 17 has no instruction for a step of the noise; there the plain loops are faster.
  private static final boolean VECTOR_NOISE = Runtime.version().feature() > 17;

  VectorKernels() {
    if (LANES % WIDTH != 0) {
      throw new UnsupportedOperationException(
          "vectors of a width that divides " + LANES + " expected, found " + WIDTH);
    }
  }

  @Override
  public String name() {
    return "vectors of " + FLOATS.vectorBitSize() + " bits";
  }

  @Override
  public void addNoise(
      long key,
      long[] examples,
      int first,
      int rows,
      float stdDev,
      float[] values,
      int offset,
      int length) {
    NoiseTile tile = VECTOR_NOISE ? VectorNoise.ofThread() : ScalarNoise.ofThread();
    tile.add(key, examples, first, rows, stdDev, values, offset, length);
  }

  @Override
  public void multiply(
      PackedMatrix matrix, float[] vectors, int rows, float[] products, int offset) {
    VectorProduct.multiply(matrix, vectors, rows, products, offset);
  }

  @Override
  public void add(float[] vector, float[] values, int offset) {
    int i = 0;
    for (; i <= vector.length - WIDTH; i += WIDTH) {
      FloatVector.fromArray(FLOATS, values, offset + i)
          .add(FloatVector.fromArray(FLOATS, vector, i))
          .intoArray(values, offset + i);
    }
    for (; i < vector.length; i++) {
      values[offset + i] += vector[i];
    }
  }

  @Override
  public void scale(float factor, float[] values, int offset, int length) {
    int i = offset;
    for (; i <= offset + length - WIDTH; i += WIDTH) {
      FloatVector.fromArray(FLOATS, values, i).mul(factor).intoArray(values, i);
    }
    for (; i < offset + length; i++) {
      values[i] *= factor;
    }
  }

  @Override
  public float sumOfSquares(float[] values, int offset, int length) {
    FloatVector sums = squares(values, offset, length, 0);
    return switch (WIDTH) {
      case 16 ->
          sum(
              sums.lane(0) + sums.lane(8),
              sums.lane(1) + sums.lane(9),
              sums.lane(2) + sums.lane(10),
              sums.lane(3) + sums.lane(11),
              sums.lane(4) + sums.lane(12),
              sums.lane(5) + sums.lane(13),
              sums.lane(6) + sums.lane(14),
              sums.lane(7) + sums.lane(15));
      case 8 -> {
        FloatVector both = sums.add(squares(values, offset, length, 8));
        yield sum(
            both.lane(0),
            both.lane(1),
            both.lane(2),
            both.lane(3),
            both.lane(4),
            both.lane(5),
            both.lane(6),
            both.lane(7));
      }
      default -> RowKernels.scalar().sumOfSquares(values, offset, length);
    };
  }

  private static float sum(
      float t0, float t1, float t2, float t3, float t4, float t5, float t6, float t7) {
    return ((t0 + t4) + (t2 + t6)) + ((t1 + t5) + (t3 + t7));
  }

  /** The sums of the squares in lanes {@code first} to {@code first + WIDTH} of the sixteen. */
  private static FloatVector squares(float[] values, int offset, int length, int first) {
    FloatVector sums = FloatVector.zero(FLOATS);
    int i = first;
    for (; i <= length - WIDTH; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, values, offset + i);
      sums = sums.add(x.mul(x));
    }
    if (i < length) {
      VectorMask<Float> inside = FLOATS.indexInRange(i, length);
      FloatVector x = FloatVector.fromArray(FLOATS, values, offset + i, inside);
      sums = sums.add(x.mul(x));
    }
    return sums;
  }
}
