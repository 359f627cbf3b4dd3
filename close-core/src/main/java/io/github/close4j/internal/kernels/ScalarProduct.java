package io.github.close4j.internal.kernels;

import java.util.Arrays;

/**
 * Products of a matrix and vectors in plain loops: a multiple of a column is added to a result, so
 * that a loop runs over neighbours, which HotSpot vectorises; two columns and four results at a
 * time, so that what is read is used more than once.
 */
final class ScalarProduct {
  private static final int FOUR = 4;

  // HotSpot vectorises only what is read and written at one index: each result is its own array.
  private static final ThreadLocal<ScalarProduct> ROOM =
      ThreadLocal.withInitial(ScalarProduct::new);

  private float[][] sums = new float[RowKernels.TILE_ROWS][0];

  private ScalarProduct() {}

  static void multiply(
      PackedMatrix matrix, float[] vectors, int rows, float[] products, int offset) {
    ROOM.get().multiplyRows(matrix, vectors, rows, products, offset);
  }

  private void multiplyRows(
      PackedMatrix matrix, float[] vectors, int rows, float[] products, int offset) {
    int dimension = matrix.dimension;
    if (sums[0].length != dimension) {
      sums = new float[RowKernels.TILE_ROWS][dimension];
    }
    for (int row = 0; row < rows; row++) {
      Arrays.fill(sums[row], 0);
    }
    int column = 0;
    for (; column <= dimension - 2; column += 2) {
      addColumns(matrix, column, vectors, rows);
    }
    for (; column < dimension; column++) {
      for (int row = 0; row < rows; row++) {
        add(matrix.column(column), vectors[row * dimension + column], sums[row]);
      }
    }
    for (int row = 0; row < rows; row++) {
      System.arraycopy(sums[row], 0, products, offset + row * dimension, dimension);
    }
  }

  private void addColumns(PackedMatrix matrix, int column, float[] vectors, int rows) {
    int dimension = matrix.dimension;
    float[] a = matrix.column(column);
    float[] b = matrix.column(column + 1);
    int first = matrix.firstRow(column);
    int row = 0;
    for (; row <= rows - FOUR; row += FOUR) {
      addFour(a, b, vectors, row * dimension + column, row, first);
    }
    for (; row < rows; row++) {
      add(a, vectors[row * dimension + column], sums[row]);
      add(b, vectors[row * dimension + column + 1], sums[row]);
    }
  }

  private void addFour(float[] a, float[] b, float[] x, int x0, int row, int first) {
    int dimension = a.length;
    int x1 = x0 + dimension;
    int x2 = x1 + dimension;
    int x3 = x2 + dimension;
    addFour(
        a,
        b,
        x[x0],
        x[x0 + 1],
        x[x1],
        x[x1 + 1],
        x[x2],
        x[x2 + 1],
        x[x3],
        x[x3 + 1],
        sums[row],
        sums[row + 1],
        sums[row + 2],
        sums[row + 3],
        first);
  }

  // JDK 17 vectorises a fused multiply-add only with the number that stays in second place, and a
  // loop of no more than about eight of them.
  private static void addFour(
      float[] a,
      float[] b,
      float x0a,
      float x0b,
      float x1a,
      float x1b,
      float x2a,
      float x2b,
      float x3a,
      float x3b,
      float[] y0,
      float[] y1,
      float[] y2,
      float[] y3,
      int first) {
    for (int i = first; i < a.length; i++) {
      float ai = a[i];
      float bi = b[i];
      y0[i] = Math.fma(bi, x0b, Math.fma(ai, x0a, y0[i]));
      y1[i] = Math.fma(bi, x1b, Math.fma(ai, x1a, y1[i]));
      y2[i] = Math.fma(bi, x2b, Math.fma(ai, x2a, y2[i]));
      y3[i] = Math.fma(bi, x3b, Math.fma(ai, x3a, y3[i]));
    }
  }

  private static void add(float[] column, float x, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.fma(column[i], x, sum[i]);
    }
  }
}
