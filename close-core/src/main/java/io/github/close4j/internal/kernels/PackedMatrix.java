package io.github.close4j.internal.kernels;

/**
 * A square matrix of floats in the layout that the kernels read from end to end: columns for plain
 * loops; for vectors panels of {@value RowKernels#LANES} rows, within a panel column by column,
 * made when they are first asked for. Immutable and thread-safe.
 */
public final class PackedMatrix {
  private static final int LANES = RowKernels.LANES;

  final int dimension;
  private final boolean lowerTriangular;
  private final float[][] columns;
  private volatile float[] panels = {};

  /**
   * Packs a matrix.
   *
   * @param rowMajor {@code [dimension, dimension]}, row-major; copied
   * @param dimension its edge, at least 1
   * @param lowerTriangular whether the components right of the diagonal are zero
   */
  public PackedMatrix(float[] rowMajor, int dimension, boolean lowerTriangular) {
    this.dimension = dimension;
    this.lowerTriangular = lowerTriangular;
    columns = new float[dimension][dimension];
    for (int row = 0; row < dimension; row++) {
      for (int column = 0; column < dimension; column++) {
        columns[column][row] = rowMajor[row * dimension + column];
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
    return columns[column][row];
  }

  /** A column, the live array; only to be read. */
  float[] column(int column) {
    return columns[column];
  }

  /** First row from which on components of this and of all later columns may differ from zero. */
  int firstRow(int column) {
    return lowerTriangular ? column : 0;
  }

  /** The panels, the live array; only to be read. Two threads at once may both make them. */
  float[] panels() {
    float[] made = panels;
    if (made.length == 0) {
      made = new float[Math.multiplyExact(panelCount(), LANES * dimension)];
      for (int column = 0; column < dimension; column++) {
        for (int row = 0; row < dimension; row++) {
          made[(row / LANES * dimension + column) * LANES + row % LANES] = columns[column][row];
        }
      }
      panels = made;
    }
    return made;
  }

  int panelCount() {
    return (dimension + LANES - 1) / LANES;
  }

  /** Number of columns of a panel up to which a component may differ from zero. */
  int panelColumns(int panel) {
    return lowerTriangular ? Math.min(dimension, (panel + 1) * LANES) : dimension;
  }
}
