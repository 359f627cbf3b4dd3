package io.github.close4j.internal.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of a matrix and vectors over the Vector API: four vectors and two panels at a time, so
 * that six reads serve eight multiply-adds.
 */
final class VectorProduct {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = FLOATS.length();
  private static final int LANES = RowKernels.LANES;
  private static final int FOUR = 4;
  private static final int PAIR = 2 * LANES;

  /** Four vectors' sums of two panels. */
  private static final ThreadLocal<float[]> SUMS =
      ThreadLocal.withInitial(() -> new float[FOUR * PAIR]);

  private VectorProduct() {}

  static void multiply(
      PackedMatrix matrix, float[] vectors, int rows, float[] products, int offset) {
    int dimension = matrix.dimension;
    float[] panels = matrix.panels();
    float[] sums = SUMS.get();
    for (int panel = 0; panel < matrix.panelCount(); panel += 2) {
      int start = panel * dimension * LANES;
      boolean pair = panel + 1 < matrix.panelCount();
      // The first panel's columns end before the second's in a triangle; zeros follow them.
      int columns = matrix.panelColumns(pair ? panel + 1 : panel);
      int to = offset + panel * LANES;
      int width = Math.min(PAIR, dimension - panel * LANES);
      int row = 0;
      for (; pair && row <= rows - FOUR; row += FOUR) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
          four(panels, start + lane, columns, vectors, row * dimension, dimension, sums, lane);
        }
        store(sums, FOUR, width, products, to + row * dimension, dimension);
      }
      for (; row < rows; row++) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
          one(panels, start + lane, columns, vectors, row * dimension, sums, lane);
          if (pair) {
            int second = start + dimension * LANES + lane;
            one(panels, second, columns, vectors, row * dimension, sums, LANES + lane);
          }
        }
        store(sums, 1, width, products, to + row * dimension, dimension);
      }
    }
  }

  private static void four(
      float[] panels,
      int start,
      int columns,
      float[] vectors,
      int x0,
      int dimension,
      float[] sums,
      int lane) {
    int x1 = x0 + dimension;
    int x2 = x1 + dimension;
    int x3 = x2 + dimension;
    int second = start + dimension * LANES;
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector t0 = s0;
    FloatVector t1 = s0;
    FloatVector t2 = s0;
    FloatVector t3 = s0;
    for (int k = 0; k < columns; k++) {
      FloatVector a = FloatVector.fromArray(FLOATS, panels, start + k * LANES);
      FloatVector b = FloatVector.fromArray(FLOATS, panels, second + k * LANES);
      FloatVector x = FloatVector.broadcast(FLOATS, vectors[x0 + k]);
      s0 = a.fma(x, s0);
      t0 = b.fma(x, t0);
      x = FloatVector.broadcast(FLOATS, vectors[x1 + k]);
      s1 = a.fma(x, s1);
      t1 = b.fma(x, t1);
      x = FloatVector.broadcast(FLOATS, vectors[x2 + k]);
      s2 = a.fma(x, s2);
      t2 = b.fma(x, t2);
      x = FloatVector.broadcast(FLOATS, vectors[x3 + k]);
      s3 = a.fma(x, s3);
      t3 = b.fma(x, t3);
    }
    s0.intoArray(sums, lane);
    t0.intoArray(sums, lane + LANES);
    s1.intoArray(sums, lane + PAIR);
    t1.intoArray(sums, lane + PAIR + LANES);
    s2.intoArray(sums, lane + 2 * PAIR);
    t2.intoArray(sums, lane + 2 * PAIR + LANES);
    s3.intoArray(sums, lane + 3 * PAIR);
    t3.intoArray(sums, lane + 3 * PAIR + LANES);
  }

  private static void one(
      float[] panels, int start, int columns, float[] vectors, int from, float[] sums, int to) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int k = 0; k < columns; k++) {
      FloatVector a = FloatVector.fromArray(FLOATS, panels, start + k * LANES);
      sum = a.fma(FloatVector.broadcast(FLOATS, vectors[from + k]), sum);
    }
    sum.intoArray(sums, to);
  }

  private static void store(
      float[] sums, int rows, int width, float[] products, int to, int dimension) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(sums, row * PAIR, products, to + row * dimension, width);
    }
  }
}
