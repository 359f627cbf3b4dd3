package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * An estimate of Σ, the covariance of {@code image − text}, and the factors through which noise of
 * that covariance is drawn.
 *
 * <p>With n pairs in d dimensions the sample covariance has rank n − 1 at most, so from few pairs
 * it knows nothing of most directions. {@link #ledoitWolf} pulls it towards a sphere as far as the
 * data suggest. Immutable and thread-safe.
 */
public final class CovarianceEstimate {
  // Covariances that were stored as floats are symmetric and non-negative only up to rounding.
  private static final double STORED_ROUNDING = 1e-5;

  private final DMatrixRMaj covariance;
  private final double shrinkage;
  private final String origin;

  private CovarianceEstimate(DMatrixRMaj covariance, double shrinkage, String origin) {
    this.covariance = covariance;
    this.shrinkage = shrinkage;
    this.origin = origin;
  }

  /**
   * Takes a covariance that was estimated elsewhere.
   *
   * @param covariance Σ, {@code [dimension, dimension]}, row-major, symmetric, finite; copied
   * @param dimension the length of a vector, at least 1
   * @return the estimate
   * @throws IllegalArgumentException if the shape does not fit, a number is not finite, or the
   *     matrix is not symmetric
   */
  public static CovarianceEstimate of(double[] covariance, int dimension) {
    if (dimension < 1 || covariance.length != (long) dimension * dimension) {
      throw new IllegalArgumentException(
          "covariance: expected [%d, %d], found %d components"
              .formatted(dimension, dimension, covariance.length));
    }
    double largest = Arrays.stream(covariance).map(Math::abs).max().orElseThrow();
    AdapterSteps.requireFinite("covariance", largest);
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < i; j++) {
        double above = covariance[j * dimension + i];
        double below = covariance[i * dimension + j];
        if (!(Math.abs(above - below) <= STORED_ROUNDING * largest)) {
          throw new IllegalArgumentException(
              "covariance, row %d, column %d: expected %s as on the other side, found %s"
                  .formatted(i, j, above, below));
        }
      }
    }
    DMatrixRMaj copy = DMatrixRMaj.wrap(dimension, dimension, covariance.clone());
    return new CovarianceEstimate(copy, 0, "given");
  }

  /**
   * The unbiased sample covariance, {@code sum(c·cᵀ) / (pairs − 1)}.
   *
   * @param statistics the moments of the pairs
   * @return the estimate
   */
  public static CovarianceEstimate sample(PairedStatistics statistics) {
    int dimension = statistics.dimension();
    DMatrixRMaj covariance = DMatrixRMaj.wrap(dimension, dimension, statistics.covariance());
    return new CovarianceEstimate(covariance, 0, origin(statistics));
  }

  /**
   * Ledoit and Wolf's shrinkage: {@code (1 − δ)·S + δ·(trace(S) / d)·I} with {@code S = sum(c·cᵀ) /
   * pairs} and the δ between 0 and 1 that minimises the expected squared error, estimated from the
   * pairs themselves. It is positive definite whenever the pairs differ at all, also from fewer
   * pairs than dimensions.
   *
   * <p>Source: Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance
   * matrices", Journal of Multivariate Analysis 88, 2004; the numbers are those of scikit-learn's
   * {@code LedoitWolf}.
   *
   * @param statistics the moments of the pairs
   * @return the estimate
   */
  public static CovarianceEstimate ledoitWolf(PairedStatistics statistics) {
    int dimension = statistics.dimension();
    double pairs = statistics.pairs();
    DMatrixRMaj covariance = statistics.differenceScatter().copy();
    CommonOps_DDRM.divide(covariance, pairs);
    double mean = CommonOps_DDRM.trace(covariance) / dimension;
    double squares = 0;
    for (double value : covariance.data) {
      squares += value * value;
    }
    // Both are distances between matrices, per dimension: of S from the sphere, of S from Σ.
    double fromSphere = squares / dimension - mean * mean;
    double fromTruth = (statistics.differenceFourths() / pairs - squares) / (pairs * dimension);
    fromTruth = Math.max(0, Math.min(fromTruth, fromSphere));
    double shrinkage = fromTruth == 0 ? 0 : fromTruth / fromSphere;
    CommonOps_DDRM.scale(1 - shrinkage, covariance);
    return new CovarianceEstimate(covariance, shrinkage, origin(statistics))
        .plusDiagonal(shrinkage * mean);
  }

  private static String origin(PairedStatistics statistics) {
    return "from %d pairs".formatted(statistics.pairs());
  }

  /**
   * Adds isotropic noise: {@code Σ + variance·I}.
   *
   * @param variance what to add to each variance, finite, at least 0
   * @return another estimate
   * @throws IllegalArgumentException if {@code variance} is negative or not finite
   */
  @CheckReturnValue
  public CovarianceEstimate plusDiagonal(double variance) {
    if (!(variance >= 0) || Double.isInfinite(variance)) {
      throw new IllegalArgumentException(
          "variance: expected a finite number, at least 0, found " + variance);
    }
    DMatrixRMaj sum = covariance.copy();
    for (int i = 0; i < sum.numRows; i++) {
      sum.add(i, i, variance);
    }
    return new CovarianceEstimate(sum, shrinkage, origin);
  }

  /**
   * Returns Σ.
   *
   * @return a new array, {@code [dimension, dimension]}, row-major, symmetric
   */
  public double[] covariance() {
    return covariance.data.clone();
  }

  /**
   * Returns the length of a vector.
   *
   * @return the number of components, at least 1
   */
  public int dimension() {
    return covariance.numRows;
  }

  /**
   * Returns Ledoit and Wolf's δ.
   *
   * @return 0, for no shrinkage, to 1, for a sphere
   */
  public double shrinkage() {
    return shrinkage;
  }

  /**
   * Returns the Cholesky factor L, {@code L·Lᵀ = Σ}, as PyTorch's {@code MultivariateNormal} uses
   * it.
   *
   * @return a new array, {@code [dimension, dimension]}, row-major, zero right of the diagonal
   * @throws IllegalArgumentException if Σ is not positive definite, as from too few pairs
   */
  @CheckReturnValue
  public float[] choleskyFactor() {
    String what = "covariance of image − text, %s in dimension %d".formatted(origin, dimension());
    return Cholesky.factor(
        covariance, what, "give more pairs, Ledoit-Wolf's shrinkage or isotropic noise on top");
  }

  /**
   * Returns a lower triangular L with {@code L·Lᵀ = Σ} also where Σ is singular: noise drawn
   * through it then keeps to the directions that the pairs showed.
   *
   * <p>Σ = V·Λ·Vᵀ gives {@code F = V·sqrt(Λ)}, and the QR decomposition of Fᵀ turns F into a
   * triangle of the same product. Eigenvalues that are negative by rounding count as zero.
   *
   * @return a new array, {@code [dimension, dimension]}, row-major, zero right of the diagonal
   * @throws IllegalArgumentException if Σ has eigenvalues that are negative beyond rounding
   */
  @CheckReturnValue
  public float[] eigenFactor() {
    int dimension = dimension();
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(dimension, true, true);
    if (!eigen.decompose(covariance.copy())) {
      throw new IllegalArgumentException(
          "covariance of image − text, %s: expected eigenvalues, found that their search fails"
              .formatted(origin));
    }
    DMatrixRMaj rows = new DMatrixRMaj(dimension, dimension); // Fᵀ: one eigenvector a row
    double largest = 0;
    double smallest = 0;
    for (int k = 0; k < dimension; k++) {
      double value = eigen.getEigenvalue(k).getReal();
      largest = Math.max(largest, value);
      smallest = Math.min(smallest, value);
      double length = Math.sqrt(Math.max(value, 0));
      for (int i = 0; i < dimension; i++) {
        rows.set(k, i, length * eigen.getEigenVector(k).get(i));
      }
    }
    if (smallest < -STORED_ROUNDING * largest) {
      throw new IllegalArgumentException(
          "covariance of image − text, %s: expected no negative eigenvalue, found %s"
              .formatted(origin, smallest));
    }
    return lowerTriangle(rows);
  }

  private static float[] lowerTriangle(DMatrixRMaj rows) {
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(rows.numRows, rows.numCols);
    qr.decompose(rows);
    DMatrixRMaj upper = qr.getR(null, false);
    int dimension = upper.numRows;
    float[] lower = new float[dimension * dimension];
    for (int column = 0; column < dimension; column++) {
      double sign = upper.get(column, column) < 0 ? -1 : 1;
      for (int row = column; row < dimension; row++) {
        lower[row * dimension + column] = (float) (sign * upper.get(column, row));
      }
    }
    return lower;
  }

  /** Returns the dimension, the pairs and the shrinkage, never the values. */
  @Override
  public String toString() {
    return "CovarianceEstimate[dimension=%d, %s, shrinkage=%s]"
        .formatted(dimension(), origin, shrinkage);
  }
}
