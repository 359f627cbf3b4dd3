package io.github.close4j.examples.gap;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** The plane in which two clouds of vectors vary most: their first two principal components. */
final class Plane {
  private static final double MARGIN = 1.1;

  private final double[] mean;
  private final double[][] axes;
  private final double reach;

  private Plane(double[] mean, double[][] axes, EmbeddingBatch first, EmbeddingBatch second) {
    this.mean = mean;
    this.axes = axes;
    this.reach = MARGIN * Math.max(farthest(first), farthest(second));
  }

  /** The plane of all rows of both batches. */
  static Plane of(EmbeddingBatch first, EmbeddingBatch second) {
    int dimension = first.dimension();
    int rows = first.rows() + second.rows();
    DMatrixRMaj all = new DMatrixRMaj(rows, dimension);
    double[] mean = new double[dimension];
    for (int row = 0; row < rows; row++) {
      EmbeddingBatch batch = row < first.rows() ? first : second;
      int start = (row < first.rows() ? row : row - first.rows()) * dimension;
      for (int i = 0; i < dimension; i++) {
        all.set(row, i, batch.values()[start + i]);
        mean[i] += (double) batch.values()[start + i] / rows;
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < dimension; i++) {
        all.add(row, i, -mean[i]);
      }
    }
    return new Plane(mean, firstTwoRightSingularVectors(all), first, second);
  }

  private static double[][] firstTwoRightSingularVectors(DMatrixRMaj matrix) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(matrix.numRows, matrix.numCols, false, true, true);
    if (!svd.decompose(matrix)) {
      throw new IllegalArgumentException("vectors: expected finite ones, found others");
    }
    double[] values = svd.getSingularValues();
    int first = largest(values, -1);
    int second = largest(values, first);
    DMatrixRMaj v = svd.getV(null, true);
    double[][] axes = new double[2][v.numCols];
    for (int i = 0; i < v.numCols; i++) {
      axes[0][i] = v.get(first, i);
      axes[1][i] = v.get(second, i);
    }
    return axes;
  }

  private static int largest(double[] values, int except) {
    int best = except == 0 ? 1 : 0;
    for (int i = 0; i < values.length; i++) {
      if (i != except && values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private double farthest(EmbeddingBatch batch) {
    return IntStream.range(0, axes.length)
        .mapToObj(axis -> coordinates(batch, axis))
        .flatMapToDouble(Arrays::stream)
        .map(Math::abs)
        .max()
        .orElse(1);
  }

  /** No coordinate of the plane's own rows is larger than this, in any direction. */
  double reach() {
    return reach;
  }

  /** Coordinates of every row along one axis, 0 or 1. */
  double[] coordinates(EmbeddingBatch batch, int axis) {
    double[] coordinates = new double[batch.rows()];
    int dimension = batch.dimension();
    for (int row = 0; row < coordinates.length; row++) {
      for (int i = 0; i < dimension; i++) {
        coordinates[row] += axes[axis][i] * (batch.values()[row * dimension + i] - mean[i]);
      }
    }
    return coordinates;
  }
}
