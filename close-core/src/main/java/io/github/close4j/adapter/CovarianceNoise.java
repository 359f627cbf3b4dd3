package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.embedding.EmbeddingBatch;

/**
 * Moves text vectors by the mean difference of image and text, and disturbs them with noise whose
 * covariance is that of the differences.
 *
 * <pre>
 *   training:    normalise(x + μ + s·L·z)           z ~ N(0, I)
 *   evaluation:  normalise(x + μ), or x after {@link #trainingOnly()}
 * </pre>
 *
 * <p>{@code L} is the lower Cholesky factor of the covariance, {@code Σ = L·Lᵀ}, so that {@code
 * L·z} is a draw from MVN(0, Σ). Isotropic noise is an adapter behind it: {@code
 * covariance.then(new GaussianNoise(σ))} trains on {@code normalise(x + μ + s·L·z + σ·z')}, with
 * one normalisation, and z' independent of z. Immutable and thread-safe.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.2; {@code CovNoise} in
 * close/model/language_adapters.py. The reference has it in two forms: with s = 1 and evaluation at
 * {@code normalise(x + μ)}, in its first commit, c211b9a; and later with s = 3, isotropic noise,
 * and text left where it is in evaluation, which is {@code noise.times(3).trainingOnly().then(new
 * GaussianNoise(σ))}.
 */
public final class CovarianceNoise extends AdapterStep {
  private final float[] mean;
  private final SquareMatrix factor;
  private final double multiplier;
  private final boolean trainingOnly;

  /**
   * Makes the adapter with s = 1, which moves text by μ in evaluation, too.
   *
   * @param mean μ, {@code [dimension]}, finite; copied
   * @param factor L, {@code [dimension, dimension]}, row-major, zero right of the diagonal, finite;
   *     copied
   * @throws IllegalArgumentException if the shapes do not fit each other, a number is not finite,
   *     or {@code factor} is not lower triangular
   */
  public CovarianceNoise(float[] mean, float[] factor) {
    this(
        copyFinite("mean", mean),
        SquareMatrix.ofLowerTriangular("factor", factor, mean.length),
        1,
        false);
  }

  private CovarianceNoise(
      float[] mean, SquareMatrix factor, double multiplier, boolean trainingOnly) {
    this.mean = mean;
    this.factor = factor;
    this.multiplier = requireFinite("multiplier", multiplier);
    this.trainingOnly = trainingOnly;
  }

  /**
   * The same adapter with stronger or weaker noise; μ stays.
   *
   * @param noiseFactor what s is multiplied by, finite
   * @return another adapter
   * @throws IllegalArgumentException if {@code noiseFactor} is not finite
   */
  @CheckReturnValue
  public CovarianceNoise times(double noiseFactor) {
    return new CovarianceNoise(mean, factor, multiplier * noiseFactor, trainingOnly);
  }

  /**
   * The same adapter that leaves text where it is in evaluation.
   *
   * @return another adapter
   */
  @CheckReturnValue
  public CovarianceNoise trainingOnly() {
    return new CovarianceNoise(mean, factor, multiplier, true);
  }

  /**
   * Returns μ.
   *
   * @return a copy, {@code [dimension]}
   */
  public float[] mean() {
    return mean.clone();
  }

  /**
   * Returns L.
   *
   * @return a copy, {@code [dimension, dimension]}, row-major, zero right of the diagonal
   */
  public float[] factor() {
    return factor.toRowMajor();
  }

  /**
   * Returns the length of a row.
   *
   * @return the number of components, at least 1
   */
  public int dimension() {
    return mean.length;
  }

  /**
   * Returns s.
   *
   * @return the number that multiplies the correlated draw; 1 unless {@link #times} gave another
   */
  public double multiplier() {
    return multiplier;
  }

  /**
   * Tells whether evaluation leaves text where it is.
   *
   * @return true after {@link #trainingOnly()}; else evaluation gives {@code normalise(x + μ)}
   */
  public boolean isTrainingOnly() {
    return trainingOnly;
  }

  @Override
  boolean draws() {
    return true;
  }

  @Override
  boolean leavesNormalizationTo(ModalityAdapter next) {
    return next instanceof GaussianNoise;
  }

  @Override
  void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise, boolean last) {
    requireDimension(batch, mean.length);
    addToRows(batch, mean);
    factor.addNoiseProducts(noise, (float) multiplier, batch.values());
    if (last) {
      batch.normalize();
    }
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {
    requireDimension(batch, mean.length);
    if (!trainingOnly) {
      addToRowsAndNormalize(batch, mean);
    }
  }

  @Override
  public String toString() {
    return "CovarianceNoise[dimension=%d, multiplier=%s, trainingOnly=%s]"
        .formatted(mean.length, multiplier, trainingOnly);
  }
}
