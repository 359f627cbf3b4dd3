package io.github.close4j.adapter;

import java.util.Arrays;

/** A matrix {@code [dimension, dimension]} that multiplies rows of floats in double precision. */
final class SquareMatrix {
  private final int dimension;
  // By columns, so that the inner loop runs over independent sums and can be vectorised.
  private final double[] columns;
  private final boolean lowerTriangular;

  private SquareMatrix(int dimension, double[] columns, boolean lowerTriangular) {
    this.dimension = dimension;
    this.columns = columns;
    this.lowerTriangular = lowerTriangular;
  }

  /** Copies a row-major matrix. */
  static SquareMatrix of(String what, float[] rowMajor, int dimension) {
    double[] columns = columns(what, rowMajor, dimension);
    return new SquareMatrix(dimension, columns, false);
  }

  /** Copies a row-major matrix whose components right of the diagonal are zero. */
  static SquareMatrix ofLowerTriangular(String what, float[] rowMajor, int dimension) {
    double[] columns = columns(what, rowMajor, dimension);
    for (int column = 1; column < dimension; column++) {
      for (int row = 0; row < column; row++) {
        if (columns[column * dimension + row] != 0) {
          throw new IllegalArgumentException(
              "%s, row %d, column %d: expected 0 right of the diagonal, found %s"
                  .formatted(what, row, column, columns[column * dimension + row]));
        }
      }
    }
    return new SquareMatrix(dimension, columns, true);
  }

  private static double[] columns(String what, float[] rowMajor, int dimension) {
    if (rowMajor.length != (long) dimension * dimension) {
      throw new IllegalArgumentException(
          "%s: expected [%d, %d], %d components, found %d"
              .formatted(
                  what, dimension, dimension, (long) dimension * dimension, rowMajor.length));
    }
    float[] checked = AdapterSteps.copyFinite(what, rowMajor);
    double[] columns = new double[checked.length];
    for (int row = 0; row < dimension; row++) {
      for (int column = 0; column < dimension; column++) {
        columns[column * dimension + row] = checked[row * dimension + column];
      }
    }
    return columns;
  }

  int dimension() {
    return dimension;
  }

  /** Sets {@code product} to this matrix times the {@code dimension} floats at {@code offset}. */
  void multiply(float[] vector, int offset, double[] product) {
    Arrays.fill(product, 0);
    for (int column = 0; column < dimension; column++) {
      double factor = vector[offset + column];
      int start = column * dimension;
      for (int row = lowerTriangular ? column : 0; row < dimension; row++) {
        product[row] += columns[start + row] * factor;
      }
    }
  }

  /** Sets {@code product} to the transpose of this matrix times the vector. */
  void multiplyTransposed(float[] vector, int offset, double[] product) {
    for (int column = 0; column < dimension; column++) {
      double sum = 0;
      int start = column * dimension;
      for (int row = lowerTriangular ? column : 0; row < dimension; row++) {
        sum += columns[start + row] * vector[offset + row];
      }
      product[column] = sum;
    }
  }

  /** This matrix times another, not rounded to float. */
  SquareMatrix times(SquareMatrix right) {
    double[] product = new double[columns.length];
    for (int column = 0; column < dimension; column++) {
      for (int inner = 0; inner < dimension; inner++) {
        double factor = right.columns[column * dimension + inner];
        for (int row = 0; row < dimension; row++) {
          product[column * dimension + row] += columns[inner * dimension + row] * factor;
        }
      }
    }
    return new SquareMatrix(dimension, product, false);
  }

  float[] toRowMajor() {
    float[] rowMajor = new float[columns.length];
    for (int row = 0; row < dimension; row++) {
      for (int column = 0; column < dimension; column++) {
        rowMajor[row * dimension + column] = (float) columns[column * dimension + row];
      }
    }
    return rowMajor;
  }
}
