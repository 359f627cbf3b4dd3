package io.github.close4j.internal.kernels;

import java.util.Arrays;

/**
 * Plain loops: the definition of what every implementation gives. They are written so that HotSpot
 * vectorises them, which it does where all arrays are read and written at the same index.
 */
final class ScalarKernels implements RowKernels {
  /** A thread's copy of a row; grows to the longest. */
  private static final ThreadLocal<float[][]> ROOM = ThreadLocal.withInitial(() -> new float[1][0]);

  private static float[] roomFor(int length) {
    float[][] room = ROOM.get();
    if (room[0].length < length) {
      room[0] = new float[length];
    }
    return room[0];
  }

  @Override
  public String name() {
    return "scalar";
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
    ScalarNoise.ofThread().add(key, examples, first, rows, stdDev, values, offset, length);
  }

  @Override
  public void multiply(
      PackedMatrix matrix, float[] vectors, int rows, float[] products, int offset) {
    ScalarProduct.multiply(matrix, vectors, rows, products, offset);
  }

  @Override
  public void add(float[] vector, float[] values, int offset) {
    float[] row = roomFor(vector.length);
    System.arraycopy(values, offset, row, 0, vector.length);
    add(vector, row);
    System.arraycopy(row, 0, values, offset, vector.length);
  }

  private static void add(float[] vector, float[] sums) {
    for (int i = 0; i < vector.length; i++) {
      sums[i] += vector[i];
    }
  }

  @Override
  public void scale(float factor, float[] values, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      values[i] *= factor;
    }
  }

  @Override
  public void addAndScale(float[] vector, float factor, float[] values, int offset) {
    float[] row = roomFor(vector.length);
    System.arraycopy(values, offset, row, 0, vector.length);
    addAndScale(vector, factor, row);
    System.arraycopy(row, 0, values, offset, vector.length);
  }

  private static void addAndScale(float[] vector, float factor, float[] sums) {
    for (int i = 0; i < vector.length; i++) {
      sums[i] = (sums[i] + vector[i]) * factor;
    }
  }

  @Override
  public float sumOfSquares(float[] values, int offset, int length) {
    float[] row = roomFor(padded(length) + PARTS);
    System.arraycopy(values, offset, row, 0, length);
    square(row, length);
    return sum(row, length);
  }

  @Override
  public float sumOfSquares(float[] vector, float[] values, int offset) {
    float[] row = roomFor(padded(vector.length) + PARTS);
    System.arraycopy(values, offset, row, 0, vector.length);
    squareSums(vector, row);
    return sum(row, vector.length);
  }

  private static int padded(int length) {
    return (length + PARTS - 1) / PARTS * PARTS;
  }

  private static void square(float[] values, int length) {
    for (int i = 0; i < length; i++) {
      values[i] *= values[i];
    }
  }

  private static void squareSums(float[] vector, float[] values) {
    for (int i = 0; i < vector.length; i++) {
      float sum = values[i] + vector[i];
      values[i] = sum * sum;
    }
  }

  private static float sum(float[] squares, int length) {
    int end = padded(length);
    Arrays.fill(squares, length, end, 0);
    for (int part = 0; part < PARTS; part += LANES) {
      sumParts(squares, part, end);
    }
    for (int i = end; i < end + LANES; i++) {
      float even = squares[i] + squares[i + 2 * LANES];
      squares[i] = even + (squares[i + LANES] + squares[i + 3 * LANES]);
    }
    return ((quarter(squares, end) + quarter(squares, end + 2))
        + (quarter(squares, end + 1) + quarter(squares, end + 3)));
  }

  /** Four of the last sixteen parts, four apart. */
  private static float quarter(float[] parts, int i) {
    return (parts[i] + parts[i + 8]) + (parts[i + 4] + parts[i + 12]);
  }

  // Sixteen variables, not an array: they stay in registers and are summed side by side.
  private static void sumParts(float[] squares, int first, int length) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    float s8 = 0;
    float s9 = 0;
    float s10 = 0;
    float s11 = 0;
    float s12 = 0;
    float s13 = 0;
    float s14 = 0;
    float s15 = 0;
    for (int i = first; i < length; i += PARTS) {
      s0 += squares[i];
      s1 += squares[i + 1];
      s2 += squares[i + 2];
      s3 += squares[i + 3];
      s4 += squares[i + 4];
      s5 += squares[i + 5];
      s6 += squares[i + 6];
      s7 += squares[i + 7];
      s8 += squares[i + 8];
      s9 += squares[i + 9];
      s10 += squares[i + 10];
      s11 += squares[i + 11];
      s12 += squares[i + 12];
      s13 += squares[i + 13];
      s14 += squares[i + 14];
      s15 += squares[i + 15];
    }
    int to = length + first;
    squares[to] = s0;
    squares[to + 1] = s1;
    squares[to + 2] = s2;
    squares[to + 3] = s3;
    squares[to + 4] = s4;
    squares[to + 5] = s5;
    squares[to + 6] = s6;
    squares[to + 7] = s7;
    squares[to + 8] = s8;
    squares[to + 9] = s9;
    squares[to + 10] = s10;
    squares[to + 11] = s11;
    squares[to + 12] = s12;
    squares[to + 13] = s13;
    squares[to + 14] = s14;
    squares[to + 15] = s15;
  }
}
