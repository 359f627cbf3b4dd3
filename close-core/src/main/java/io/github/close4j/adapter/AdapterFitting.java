package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Makes the adapters whose parameters come from paired text and image vectors.
 *
 * <p>All arithmetic is in double precision; the parameters are rounded to float at the end.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), sections 4.1 and 4.2.
 */
@CheckReturnValue
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
    float[] shift = Cholesky.toFloat(statistics.meanDifference());
    return new MeanShift(shift, multiplier, normalized, noiseStdDev);
  }

  /**
   * Fits C3's removal of the means.
   *
   * @param statistics the moments of the pairs
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @return the adapters of text and images
   * @throws IllegalArgumentException if {@code noiseStdDev} is out of range
   */
  public static MeanRemoval meanRemoval(PairedStatistics statistics, double noiseStdDev) {
    return MeanRemoval.of(
        Cholesky.toFloat(statistics.textMean()),
        Cholesky.toFloat(statistics.imageMean()),
        noiseStdDev);
  }

  /**
   * Fits a linear adapter by least squares: the A and b that minimise the sum over the pairs of
   * {@code |A·text + b − image|²} plus {@code ridge·|A|²}, squares summed over A's components. b is
   * not penalised.
   *
   * @param statistics the moments of the pairs
   * @param ridge 0 for plain least squares, which needs more pairs than dimensions; above 0 also
   *     fewer will do. It is weighed against a sum over the pairs, so it grows with their number
   * @param normalized whether {@code A·text + b} is brought back to the unit sphere
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @return the adapter
   * @throws IllegalArgumentException if the text vectors do not span the space and {@code ridge} is
   *     0, so that A is not determined, or {@code ridge} or {@code noiseStdDev} is out of range
   */
  public static LinearAdapter linear(
      PairedStatistics statistics, double ridge, boolean normalized, double noiseStdDev) {
    if (!(ridge >= 0) || Double.isInfinite(ridge)) {
      throw new IllegalArgumentException(
          "ridge: expected a finite number, at least 0, found " + ridge);
    }
    int dimension = statistics.dimension();
    DMatrixRMaj scatter = statistics.textScatter().copy();
    for (int i = 0; i < dimension; i++) {
      scatter.add(i, i, ridge);
    }
    String what =
        "scatter of the text vectors, from %d pairs in dimension %d"
            .formatted(statistics.pairs(), dimension);
    Cholesky.requirePositiveDefinite(scatter, what, "give more pairs or a larger ridge");
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(dimension);
    solver.setA(scatter);
    DMatrixRMaj transposed = new DMatrixRMaj(dimension, dimension);
    solver.solve(statistics.textImageScatter().copy(), transposed);
    DMatrixRMaj matrix = CommonOps_DDRM.transpose(transposed, null);
    return new LinearAdapter(
        Cholesky.toFloat(matrix.data),
        Cholesky.toFloat(bias(matrix, statistics)),
        normalized,
        noiseStdDev);
  }

  /** b = mean(image) − A·mean(text). */
  private static double[] bias(DMatrixRMaj matrix, PairedStatistics statistics) {
    double[] bias = statistics.imageMean();
    double[] textMean = statistics.textMean();
    for (int row = 0; row < bias.length; row++) {
      for (int column = 0; column < bias.length; column++) {
        bias[row] -= matrix.get(row, column) * textMean[column];
      }
    }
    return bias;
  }

  /**
   * Fits the covariance noise of the reference's first release.
   *
   * @param statistics the moments of the pairs, for μ
   * @param estimate Σ, as a rule of the same pairs; its Cholesky factor is used
   * @param multiplier s, finite
   * @return the adapter
   * @throws IllegalArgumentException if Σ is not positive definite, the dimensions differ, or
   *     {@code multiplier} is out of range
   */
  public static CovarianceNoise covarianceFirstRelease(
      PairedStatistics statistics, CovarianceEstimate estimate, double multiplier) {
    float[] mean = Cholesky.toFloat(statistics.meanDifference());
    return CovarianceNoise.firstRelease(mean, estimate.choleskyFactor(), multiplier);
  }

  /**
   * Fits the covariance noise of the reference's HEAD.
   *
   * @param statistics the moments of the pairs, for μ
   * @param estimate Σ, as a rule of the same pairs; its Cholesky factor is used
   * @param noiseStdDev σ, the standard deviation of the isotropic noise on top, at least 0
   * @return the adapter
   * @throws IllegalArgumentException if Σ is not positive definite, the dimensions differ, or
   *     {@code noiseStdDev} is out of range
   */
  public static CovarianceNoise covarianceHead(
      PairedStatistics statistics, CovarianceEstimate estimate, double noiseStdDev) {
    float[] mean = Cholesky.toFloat(statistics.meanDifference());
    return CovarianceNoise.head(mean, estimate.choleskyFactor(), noiseStdDev);
  }
}
