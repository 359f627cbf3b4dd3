package io.github.close4j.adapter;

import io.github.close4j.internal.kernels.PackedMatrix;
import io.github.close4j.internal.kernels.RowKernels;
import java.util.Arrays;

/** A matrix {@code [dimension, dimension]} that multiplies rows of floats. */
final class SquareMatrix {
  private static final RowKernels KERNELS = RowKernels.active();

  private static final ThreadLocal<Tile> TILES = ThreadLocal.withInitial(Tile::new);

  private final int dimension;
  private final PackedMatrix packed;

  /** A thread's room for the rows that are being multiplied; it grows to the largest dimension. */
  private static final class Tile {
    private float[] rows = {};
    private float[] products = {};

    static Tile ofSize(int size) {
      Tile tile = TILES.get();
      if (tile.rows.length < size) {
        tile.rows = new float[size];
        tile.products = new float[size];
      }
      return tile;
    }
  }

  private SquareMatrix(float[] rowMajor, int dimension, boolean lowerTriangular) {
    this.dimension = dimension;
    packed = new PackedMatrix(rowMajor, dimension, lowerTriangular);
  }

  /** Copies a row-major matrix. */
  static SquareMatrix of(String what, float[] rowMajor, int dimension) {
    return new SquareMatrix(checked(what, rowMajor, dimension), dimension, false);
  }

  /** Copies a row-major matrix whose components right of the diagonal are zero. */
  static SquareMatrix ofLowerTriangular(String what, float[] rowMajor, int dimension) {
    float[] checked = checked(what, rowMajor, dimension);
    for (int row = 0; row < dimension; row++) {
      for (int column = row + 1; column < dimension; column++) {
        if (checked[row * dimension + column] != 0) {
          throw new IllegalArgumentException(
              "%s, row %d, column %d: expected 0 right of the diagonal, found %s"
                  .formatted(what, row, column, checked[row * dimension + column]));
        }
      }
    }
    return new SquareMatrix(checked, dimension, true);
  }

  private static float[] checked(String what, float[] rowMajor, int dimension) {
    if (rowMajor.length != (long) dimension * dimension) {
      throw new IllegalArgumentException(
          "%s: expected [%d, %d], %d components, found %d"
              .formatted(
                  what, dimension, dimension, (long) dimension * dimension, rowMajor.length));
    }
    return AdapterStep.copyFinite(what, rowMajor);
  }

  /** Replaces each row of {@code values}, {@code [rows, dimension]}, by this matrix times it. */
  void multiplyRows(float[] values, int rows) {
    Tile tile = Tile.ofSize(RowKernels.TILE_ROWS * dimension);
    for (int first = 0; first < rows; first += RowKernels.TILE_ROWS) {
      int count = Math.min(RowKernels.TILE_ROWS, rows - first);
      System.arraycopy(values, first * dimension, tile.rows, 0, count * dimension);
      KERNELS.multiply(packed, tile.rows, count, values, first * dimension);
    }
  }

  /**
   * Adds {@code factor} times this matrix times each example's draws to {@code sums}, {@code [rows,
   * dimension]}.
   */
  void addNoiseProducts(ExampleNoise noise, float factor, float[] sums) {
    int rows = noise.rows();
    Tile tile = Tile.ofSize(RowKernels.TILE_ROWS * dimension);
    for (int first = 0; first < rows; first += RowKernels.TILE_ROWS) {
      int count = Math.min(RowKernels.TILE_ROWS, rows - first);
      Arrays.fill(tile.rows, 0, count * dimension, 0);
      noise.addGaussian(first, count, 1, tile.rows, 0, dimension);
      KERNELS.multiply(packed, tile.rows, count, tile.products, 0);
      int start = first * dimension;
      for (int i = 0; i < count * dimension; i++) {
        sums[start + i] += factor * tile.products[i];
      }
    }
  }

  float[] toRowMajor() {
    float[] rowMajor = new float[dimension * dimension];
    for (int i = 0; i < rowMajor.length; i++) {
      rowMajor[i] = packed.get(i / dimension, i % dimension);
    }
    return rowMajor;
  }
}
