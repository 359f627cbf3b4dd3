package io.github.close4j.adapter;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Makes the adapters whose parameters come from paired text and image vectors.
 *
 * <p>All arithmetic is in double precision; the parameters are rounded to float at the end.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), sections 4.1 and 4.2.
 */
public final class AdapterFitting {
  private AdapterFitting() {}

  /**
   * Fits a mean shift: {@code μ = mean(image − text)}.
   *
   * @param statistics the moments of the pairs
   * @param multiplier s, finite, of any sign
   * @param normalized whether {@code x + s·μ} is brought back to the unit sphere
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @return the adapter
   * @throws IllegalArgumentException if {@code multiplier} or {@code noiseStdDev} is out of range
   */
  public static MeanShift meanShift(
      PairedStatistics statistics, double multiplier, boolean normalized, double noiseStdDev) {
    return new MeanShift(toFloat(statistics.meanDifference()), multiplier, normalized, noiseStdDev);
  }

  /**
   * Fits a linear adapter by least squares: the A and b that minimise the sum over the pairs of
   * {@code |A·text + b − image|²}. No ridge is added.
   *
   * @param statistics the moments of the pairs, more pairs than dimensions
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @return the adapter
   * @throws IllegalArgumentException if the text vectors do not span the space, so that A is not
   *     determined, or {@code noiseStdDev} is out of range
   */
  public static LinearAdapter linear(PairedStatistics statistics, double noiseStdDev) {
    int dimension = statistics.dimension();
    DMatrixRMaj scatter = statistics.textScatter();
    requirePositiveDefinite(scatter, "scatter of the text vectors", statistics, "more pairs");
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(dimension);
    solver.setA(scatter.copy());
    DMatrixRMaj transposed = new DMatrixRMaj(dimension, dimension);
    solver.solve(statistics.textImageScatter().copy(), transposed);
    DMatrixRMaj matrix = CommonOps_DDRM.transpose(transposed, null);
    return new LinearAdapter(toFloat(matrix.data), toFloat(bias(matrix, statistics)), noiseStdDev);
  }

  /** b = mean(image) − A·mean(text). */
  private static double[] bias(DMatrixRMaj matrix, PairedStatistics statistics) {
    double[] bias = statistics.imageMean().clone();
    for (int row = 0; row < bias.length; row++) {
      for (int column = 0; column < bias.length; column++) {
        bias[row] -= matrix.get(row, column) * statistics.textMean()[column];
      }
    }
    return bias;
  }

  /**
   * Fits the covariance noise of the reference's first release, with the Cholesky factor of {@code
   * Σ + jitter·I}.
   *
   * @param statistics the moments of the pairs
   * @param jitter added to the diagonal of Σ, a variance, at least 0; above 0 it makes a covariance
   *     from too few pairs usable at the price of some isotropic noise
   * @param multiplier s, finite
   * @return the adapter
   * @throws IllegalArgumentException if {@code Σ + jitter·I} is not positive definite, or {@code
   *     jitter} or {@code multiplier} is out of range
   */
  public static CovarianceNoise covarianceFirstRelease(
      PairedStatistics statistics, double jitter, double multiplier) {
    return CovarianceNoise.firstRelease(
        toFloat(statistics.meanDifference()), covarianceFactor(statistics, jitter), multiplier);
  }

  /**
   * Fits the covariance noise of the reference's HEAD, with the Cholesky factor of {@code Σ +
   * jitter·I}.
   *
   * @param statistics the moments of the pairs
   * @param jitter added to the diagonal of Σ, a variance, at least 0
   * @param noiseStdDev σ, the standard deviation of the isotropic noise on top, at least 0
   * @return the adapter
   * @throws IllegalArgumentException if {@code Σ + jitter·I} is not positive definite, or {@code
   *     jitter} or {@code noiseStdDev} is out of range
   */
  public static CovarianceNoise covarianceHead(
      PairedStatistics statistics, double jitter, double noiseStdDev) {
    return CovarianceNoise.head(
        toFloat(statistics.meanDifference()), covarianceFactor(statistics, jitter), noiseStdDev);
  }

  private static float[] covarianceFactor(PairedStatistics statistics, double jitter) {
    if (!(jitter >= 0) || Double.isInfinite(jitter)) {
      throw new IllegalArgumentException(
          "jitter: expected a finite number, at least 0, found " + jitter);
    }
    DMatrixRMaj covariance = statistics.covarianceMatrix();
    for (int i = 0; i < covariance.numRows; i++) {
      covariance.add(i, i, jitter);
    }
    return toFloat(
        requirePositiveDefinite(
                covariance,
                "covariance of image − text with jitter " + jitter,
                statistics,
                "more pairs or a larger jitter")
            .data);
  }

  /** Returns the lower Cholesky factor. */
  private static DMatrixRMaj requirePositiveDefinite(
      DMatrixRMaj matrix, String what, PairedStatistics statistics, String remedy) {
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky =
        DecompositionFactory_DDRM.chol(matrix.numRows, true);
    DMatrixRMaj factor = new DMatrixRMaj(matrix.numRows, matrix.numRows);
    boolean positive = cholesky.decompose(matrix.copy());
    if (positive) {
      cholesky.getT(factor);
      positive = pivotsExceedRounding(factor, matrix);
    }
    if (!positive) {
      throw new IllegalArgumentException(
          "%s: expected positive definite, found singular to rounding, from %d pairs in dimension %d;"
                  .formatted(what, statistics.pairs(), statistics.dimension())
              + " give "
              + remedy);
    }
    return factor;
  }

  /** A singular matrix can pass the decomposition with pivots that are rounding errors alone. */
  private static boolean pivotsExceedRounding(DMatrixRMaj factor, DMatrixRMaj matrix) {
    double largest = 0;
    for (int i = 0; i < matrix.numRows; i++) {
      largest = Math.max(largest, matrix.get(i, i));
    }
    double rounding = matrix.numRows * Math.ulp(1.0) * largest;
    for (int i = 0; i < matrix.numRows; i++) {
      if (!(factor.get(i, i) * factor.get(i, i) > rounding)) {
        return false;
      }
    }
    return true;
  }

  private static float[] toFloat(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
