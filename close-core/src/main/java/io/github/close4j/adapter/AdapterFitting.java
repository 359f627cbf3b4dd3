package io.github.close4j.adapter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Makes the adapters whose parameters come from paired text and image vectors.
 *
 * <p>All arithmetic is in double precision; the parameters are rounded to float at the end. None of
 * the adapters draws isotropic noise: that is a {@link GaussianNoise} behind it, {@code
 * AdapterFitting.meanShift(statistics).then(new GaussianNoise(0.04))}.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), sections 4.1 and 4.2.
 */
@CheckReturnValue
public final class AdapterFitting {
  /** What rounding to float may leave between a component and its mirror image. */
  private static final double SYMMETRY = 1e-6;

  private AdapterFitting() {}

  /**
   * Fits a mean shift: {@code μ = mean(image − text)}.
   *
   * @param statistics the moments of the pairs
   * @return the adapter
   */
  public static MeanShift meanShift(PairedStatistics statistics) {
    return new MeanShift(toFloat(statistics.meanDifference()));
  }

  /**
   * Fits the text half of C3's way over the gap, which moves each modality so that its mean lies at
   * the origin: {@code normalise(x − mean(text))}. A decoder that was trained with it must read
   * images through {@link #imageMeanRemoval}.
   *
   * <p>Source: "Connect, Collapse, Corrupt" (Zhang et al., ICLR 2024, arXiv 2401.08567);
   * image_captioning/src/datasets/dataset_coco.py in its code, with {@code remove_mean}, {@code
   * add_gaussian_noise} and {@code re_normalize_prefix}. C3 normalises once, behind its noise: that
   * is {@code textMeanRemoval(statistics).withoutNormalization().then(new GaussianNoise(σ))}.
   *
   * @param statistics the moments of the pairs
   * @return the adapter of text, a mean shift by −1 times the mean
   */
  public static MeanShift textMeanRemoval(PairedStatistics statistics) {
    return new MeanShift(toFloat(statistics.textMean())).times(-1);
  }

  /**
   * Fits the image half of {@link #textMeanRemoval}: {@code normalise(x − mean(image))}, which
   * image vectors pass when pictures are captioned.
   *
   * @param statistics the moments of the pairs
   * @return the adapter of images, a mean shift by −1 times the mean
   */
  public static MeanShift imageMeanRemoval(PairedStatistics statistics) {
    return new MeanShift(toFloat(statistics.imageMean())).times(-1);
  }

  /**
   * Fits a linear adapter by least squares: the A and b that minimise the sum over the pairs of
   * {@code |A·text + b − image|²} plus {@code ridge·|A|²}, squares summed over A's components. b is
   * not penalised.
   *
   * @param statistics the moments of the pairs
   * @param ridge 0 for plain least squares, which needs more pairs than dimensions; above 0 also
   *     fewer will do. It is weighed against a sum over the pairs, so it grows with their number
   * @return the adapter
   * @throws IllegalArgumentException if the text vectors do not span the space and {@code ridge} is
   *     0, so that A is not determined, or {@code ridge} is out of range
   */
  public static LinearAdapter linear(PairedStatistics statistics, double ridge) {
    if (!(ridge >= 0) || Double.isInfinite(ridge)) {
      throw new IllegalArgumentException(
          "ridge: expected a finite number, at least 0, found " + ridge);
    }
    int dimension = statistics.dimension();
    DMatrixRMaj scatter = plusDiagonal(statistics.textScatter(), ridge);
    String what =
        "scatter of the text vectors, from %d pairs in dimension %d"
            .formatted(statistics.pairs(), dimension);
    cholesky(scatter, what, "give more pairs or a larger ridge");
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(dimension);
    solver.setA(scatter);
    DMatrixRMaj transposed = new DMatrixRMaj(dimension, dimension);
    solver.solve(statistics.textImageScatter().copy(), transposed);
    DMatrixRMaj matrix = CommonOps_DDRM.transpose(transposed, null);
    return new LinearAdapter(toFloat(matrix.data), toFloat(bias(matrix, statistics)));
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
   * Fits noise of the differences' own covariance: μ is their mean, and L the Cholesky factor of
   * their unbiased sample covariance, as PyTorch's {@code MultivariateNormal} uses it.
   *
   * @param statistics the moments of the pairs, more of them than dimensions
   * @return the adapter
   * @throws IllegalArgumentException if the covariance is not positive definite, as from too few
   *     pairs
   */
  public static CovarianceNoise covarianceNoise(PairedStatistics statistics) {
    int dimension = statistics.dimension();
    return covarianceNoise(
        statistics, DMatrixRMaj.wrap(dimension, dimension, statistics.covariance()));
  }

  /**
   * Makes noise of a covariance that others estimated.
   *
   * @param mean μ, the mean of image − text, {@code [dimension]}
   * @param covariance Σ, {@code [dimension, dimension]}, symmetric to a millionth of its largest
   *     component
   * @return the adapter, which draws with the Cholesky factor of Σ
   * @throws IllegalArgumentException if the shapes do not fit each other, or the covariance is not
   *     symmetric and positive definite
   */
  public static CovarianceNoise covarianceNoise(double[] mean, double[] covariance) {
    int dimension = mean.length;
    if (dimension == 0 || covariance.length != (long) dimension * dimension) {
      throw new IllegalArgumentException(
          "covariance: expected [%d, %d], found %d components"
              .formatted(dimension, dimension, covariance.length));
    }
    DMatrixRMaj matrix = DMatrixRMaj.wrap(dimension, dimension, covariance.clone());
    double largest = CommonOps_DDRM.elementMaxAbs(matrix);
    if (!MatrixFeatures_DDRM.isSymmetric(matrix, SYMMETRY * largest)) {
      throw new IllegalArgumentException("covariance: expected a symmetric matrix, found another");
    }
    DMatrixRMaj factor =
        cholesky(matrix, "covariance of dimension " + dimension, "it cannot be drawn from");
    return new CovarianceNoise(toFloat(mean), toFloat(factor.data));
  }

  /**
   * Fits noise of the differences' covariance after Ledoit and Wolf's shrinkage: {@code (1 − δ)·S +
   * δ·(trace(S) / d)·I} with {@code S = sum(c·cᵀ) / pairs}, c a difference less the mean, and the δ
   * between 0 and 1 that minimises the expected squared error, estimated from the pairs themselves.
   *
   * <p>With n pairs in d dimensions the sample covariance has rank n − 1 at most, so from few pairs
   * it knows nothing of most directions. This one is positive definite whenever the pairs differ at
   * all.
   *
   * <p>Source: Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance
   * matrices", Journal of Multivariate Analysis 88, 2004; the numbers are those of scikit-learn's
   * {@code LedoitWolf}.
   *
   * @param statistics the moments of the pairs
   * @return the adapter
   * @throws IllegalArgumentException if all differences are the same
   */
  public static CovarianceNoise shrunkCovarianceNoise(PairedStatistics statistics) {
    return covarianceNoise(statistics, ShrunkCovariance.of(statistics).covariance());
  }

  private static CovarianceNoise covarianceNoise(PairedStatistics statistics, DMatrixRMaj matrix) {
    String what =
        "covariance of image − text, from %d pairs in dimension %d"
            .formatted(statistics.pairs(), statistics.dimension());
    DMatrixRMaj factor = cholesky(matrix, what, "give more pairs or take the shrunk covariance");
    return new CovarianceNoise(toFloat(statistics.meanDifference()), toFloat(factor.data));
  }

  /** Ledoit and Wolf's estimate and its δ. */
  record ShrunkCovariance(DMatrixRMaj covariance, double shrinkage) {

    static ShrunkCovariance of(PairedStatistics statistics) {
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
      return new ShrunkCovariance(plusDiagonal(covariance, shrinkage * mean), shrinkage);
    }
  }

  private static DMatrixRMaj plusDiagonal(DMatrixRMaj matrix, double value) {
    DMatrixRMaj sum = matrix.copy();
    for (int i = 0; i < sum.numRows; i++) {
      sum.add(i, i, value);
    }
    return sum;
  }

  /** The lower factor, refused where it would be rounding errors alone; the matrix is only read. */
  @CanIgnoreReturnValue
  private static DMatrixRMaj cholesky(DMatrixRMaj matrix, String what, String remedy) {
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
          "%s: expected positive definite, found singular to rounding; %s".formatted(what, remedy));
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
