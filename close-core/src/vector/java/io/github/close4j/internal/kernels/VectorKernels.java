package io.github.close4j.internal.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The kernels over the Vector API, as wide as the processor's registers. */
final class VectorKernels implements RowKernels {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = FLOATS.length();

  // Each lane takes what is so many lanes further on, round the end.
  private static final VectorShuffle<Float> HALF = turnedBy(WIDTH / 2);
  private static final VectorShuffle<Float> QUARTER = turnedBy(WIDTH / 4);
  private static final VectorShuffle<Float> EIGHTH = turnedBy(WIDTH / 8);

  // JDK 17 has no instruction for a step of the noise, so that the plain loops are faster; and it
  // checks a shuffle's indices at each use, in vectors that it allocates.
  private static final boolean IS_JDK_17 = Runtime.version().feature() == 17;

  VectorKernels() {
    if (LANES % WIDTH != 0) {
      throw new UnsupportedOperationException(
          "vectors of a width that divides " + LANES + " expected, found " + WIDTH);
    }
  }

  private static VectorShuffle<Float> turnedBy(int lanes) {
    return VectorShuffle.iota(FLOATS, lanes, 1, true);
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
    NoiseTile tile = IS_JDK_17 ? ScalarNoise.ofThread() : VectorNoise.ofThread();
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
  public void addAndScale(float[] vector, float factor, float[] values, int offset) {
    int i = 0;
    for (; i <= vector.length - WIDTH; i += WIDTH) {
      FloatVector.fromArray(FLOATS, values, offset + i)
          .add(FloatVector.fromArray(FLOATS, vector, i))
          .mul(factor)
          .intoArray(values, offset + i);
    }
    for (; i < vector.length; i++) {
      values[offset + i] = (values[offset + i] + vector[i]) * factor;
    }
  }

  @Override
  public float sumOfSquares(float[] values, int offset, int length) {
    return switch (WIDTH) {
      case 16 -> sumOfLanes(squares(values, offset, length, 0));
      case 8 ->
          sumOfLanes(squares(values, offset, length, 0).add(squares(values, offset, length, 8)));
      default -> RowKernels.scalar().sumOfSquares(values, offset, length);
    };
  }

  @Override
  public float sumOfSquares(float[] vector, float[] values, int offset) {
    return switch (WIDTH) {
      case 16 -> sumOfLanes(squares(vector, values, offset, 0));
      case 8 ->
          sumOfLanes(squares(vector, values, offset, 0).add(squares(vector, values, offset, 8)));
      default -> RowKernels.scalar().sumOfSquares(vector, values, offset);
    };
  }

  /** Adds lanes half a vector apart, then a quarter, and so on. */
  private static float sumOfLanes(FloatVector sums) {
    return IS_JDK_17 ? sumOfSingleLanes(sums) : sumOfTurnedLanes(sums);
  }

  private static float sumOfTurnedLanes(FloatVector sums) {
    FloatVector s = sums.add(sums.rearrange(HALF));
    s = s.add(s.rearrange(QUARTER));
    s = s.add(s.rearrange(EIGHTH));
    return WIDTH == LANES ? s.lane(0) + s.lane(1) : s.lane(0);
  }

  private static float sumOfSingleLanes(FloatVector sums) {
    float s0 = sums.lane(0);
    float s1 = sums.lane(1);
    float s2 = sums.lane(2);
    float s3 = sums.lane(3);
    float s4 = sums.lane(4);
    float s5 = sums.lane(5);
    float s6 = sums.lane(6);
    float s7 = sums.lane(7);
    if (WIDTH == LANES) {
      s0 += sums.lane(8);
      s1 += sums.lane(9);
      s2 += sums.lane(10);
      s3 += sums.lane(11);
      s4 += sums.lane(12);
      s5 += sums.lane(13);
      s6 += sums.lane(14);
      s7 += sums.lane(15);
    }
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
  }

  /** The sums of the squares in lanes {@code first} to {@code first + WIDTH} of sixteen. */
  private static FloatVector squares(float[] values, int offset, int length, int first) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = first;
    for (; i <= length - 3 * LANES - WIDTH; i += PARTS) {
      FloatVector x0 = FloatVector.fromArray(FLOATS, values, offset + i);
      FloatVector x1 = FloatVector.fromArray(FLOATS, values, offset + i + LANES);
      FloatVector x2 = FloatVector.fromArray(FLOATS, values, offset + i + 2 * LANES);
      FloatVector x3 = FloatVector.fromArray(FLOATS, values, offset + i + 3 * LANES);
      s0 = s0.add(x0.mul(x0));
      s1 = s1.add(x1.mul(x1));
      s2 = s2.add(x2.mul(x2));
      s3 = s3.add(x3.mul(x3));
    }
    if (i < length) {
      s0 = s0.add(lastSquares(values, offset, length, i));
      s1 = s1.add(lastSquares(values, offset, length, i + LANES));
      s2 = s2.add(lastSquares(values, offset, length, i + 2 * LANES));
      s3 = s3.add(lastSquares(values, offset, length, i + 3 * LANES));
    }
    return s0.add(s2).add(s1.add(s3));
  }

  /** The same of a row and a vector together. */
  private static FloatVector squares(float[] vector, float[] values, int offset, int first) {
    int length = vector.length;
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = first;
    for (; i <= length - 3 * LANES - WIDTH; i += PARTS) {
      FloatVector x0 = sum(vector, i, values, offset);
      FloatVector x1 = sum(vector, i + LANES, values, offset);
      FloatVector x2 = sum(vector, i + 2 * LANES, values, offset);
      FloatVector x3 = sum(vector, i + 3 * LANES, values, offset);
      s0 = s0.add(x0.mul(x0));
      s1 = s1.add(x1.mul(x1));
      s2 = s2.add(x2.mul(x2));
      s3 = s3.add(x3.mul(x3));
    }
    if (i < length) {
      s0 = s0.add(lastSquares(vector, values, offset, i));
      s1 = s1.add(lastSquares(vector, values, offset, i + LANES));
      s2 = s2.add(lastSquares(vector, values, offset, i + 2 * LANES));
      s3 = s3.add(lastSquares(vector, values, offset, i + 3 * LANES));
    }
    return s0.add(s2).add(s1.add(s3));
  }

  private static FloatVector sum(float[] vector, int i, float[] values, int offset) {
    return FloatVector.fromArray(FLOATS, values, offset + i)
        .add(FloatVector.fromArray(FLOATS, vector, i));
  }

  private static FloatVector lastSquares(float[] vector, float[] values, int offset, int i) {
    if (i >= vector.length) {
      return FloatVector.zero(FLOATS);
    }
    VectorMask<Float> inside = FLOATS.indexInRange(i, vector.length);
    FloatVector x =
        FloatVector.fromArray(FLOATS, values, offset + i, inside)
            .add(FloatVector.fromArray(FLOATS, vector, i, inside));
    return x.mul(x);
  }

  private static FloatVector lastSquares(float[] values, int offset, int length, int i) {
    if (i >= length) {
      return FloatVector.zero(FLOATS);
    }
    VectorMask<Float> inside = FLOATS.indexInRange(i, length);
    FloatVector x = FloatVector.fromArray(FLOATS, values, offset + i, inside);
    return x.mul(x);
  }
}
