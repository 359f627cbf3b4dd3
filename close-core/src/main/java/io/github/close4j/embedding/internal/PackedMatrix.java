package io.github.close4j.embedding.internal;

/**
 * A square matrix of floats, stored so that a multiplication reads it once from end to end: panels
 * of {@value RowKernels#LANES} rows, within a panel column by column.
 */
public final class PackedMatrix {
  private static final int LANES = RowKernels.LANES;

  final int dimension;
  final boolean lowerTriangular;
  final float[] panels;

  /**
   * Packs a matrix.
   *
   * @param rowMajor {@code [dimension, dimension]}, row-major; copied
   * @param dimension its edge
   * @param lowerTriangular whether the components right of the diagonal are zero
   */
  public PackedMatrix(float[] rowMajor, int dimension, boolean lowerTriangular) {
    this.dimension = dimension;
    this.lowerTriangular = lowerTriangular;
    panels = new float[Math.multiplyExact(panels(), LANES * dimension)];
    for (int row = 0; row < dimension; row++) {
      for (int column = 0; column < dimension; column++) {
        panels[index(row, column)] = rowMajor[row * dimension + column];
      }
    }
  }

  /**
   * Reads a component.
   *
   * @param row its row
   * @param column its column
   * @return the component
   */
  public float get(int row, int column) {
    return panels[index(row, column)];
  }

  private int index(int row, int column) {
    return (row / LANES * dimension + column) * LANES + row % LANES;
  }

  int panels() {
    return (dimension + LANES - 1) / LANES;
  }

  /** Number of columns of a panel up to which a component may differ from zero. */
  int columns(int panel) {
    return lowerTriangular ? Math.min(dimension, (panel + 1) * LANES) : dimension;
  }
}
