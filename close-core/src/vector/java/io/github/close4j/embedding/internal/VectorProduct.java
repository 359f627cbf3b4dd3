package io.github.close4j.embedding.internal;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Products of a matrix and vectors over the Vector API, four vectors at a time. */
final class VectorProduct {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = FLOATS.length();
  private static final int LANES = RowKernels.LANES;
  private static final int FOUR = 4;

  private static final ThreadLocal<float[]> SUMS =
      ThreadLocal.withInitial(() -> new float[RowKernels.TILE_ROWS * LANES]);

  private VectorProduct() {}

  static void multiply(
      PackedMatrix matrix, float[] vectors, int rows, float[] products, int offset) {
    int dimension = matrix.dimension;
    float[] sums = SUMS.get();
    for (int panel = 0; panel < matrix.panels(); panel++) {
      int start = panel * dimension * LANES;
      int columns = matrix.columns(panel);
      int width = Math.min(LANES, dimension - panel * LANES);
      int row = 0;
      for (; row <= rows - FOUR; row += FOUR) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
          four(matrix.panels, start + lane, columns, vectors, row, dimension, sums, lane);
        }
        store(sums, FOUR, width, products, offset + row * dimension + panel * LANES, dimension);
      }
      for (; row < rows; row++) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
          one(matrix.panels, start + lane, columns, vectors, row * dimension, sums, lane);
        }
        store(sums, 1, width, products, offset + row * dimension + panel * LANES, dimension);
      }
    }
  }

  private static void four(
      float[] panels,
      int start,
      int columns,
      float[] vectors,
      int row,
      int dimension,
      float[] sums,
      int lane) {
    int x0 = row * dimension;
    int x1 = x0 + dimension;
    int x2 = x1 + dimension;
    int x3 = x2 + dimension;
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int k = 0; k < columns; k++) {
      FloatVector a = FloatVector.fromArray(FLOATS, panels, start + k * LANES);
      s0 = a.fma(FloatVector.broadcast(FLOATS, vectors[x0 + k]), s0);
      s1 = a.fma(FloatVector.broadcast(FLOATS, vectors[x1 + k]), s1);
      s2 = a.fma(FloatVector.broadcast(FLOATS, vectors[x2 + k]), s2);
      s3 = a.fma(FloatVector.broadcast(FLOATS, vectors[x3 + k]), s3);
    }
    s0.intoArray(sums, lane);
    s1.intoArray(sums, lane + LANES);
    s2.intoArray(sums, lane + 2 * LANES);
    s3.intoArray(sums, lane + 3 * LANES);
  }

  private static void one(
      float[] panels, int start, int columns, float[] vectors, int from, float[] sums, int lane) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int k = 0; k < columns; k++) {
      FloatVector a = FloatVector.fromArray(FLOATS, panels, start + k * LANES);
      sum = a.fma(FloatVector.broadcast(FLOATS, vectors[from + k]), sum);
    }
    sum.intoArray(sums, lane);
  }

  private static void store(
      float[] sums, int rows, int width, float[] products, int to, int dimension) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(sums, row * LANES, products, to + row * dimension, width);
    }
  }
}
