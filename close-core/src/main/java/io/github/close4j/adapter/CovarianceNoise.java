package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import org.jspecify.annotations.Nullable;

/**
 * Moves text vectors by the mean difference of image and text, and disturbs them with noise whose
 * covariance is that of the differences.
 *
 * <pre>
 *   first release   training:    normalise(x + μ + s·L·z)          z ~ N(0, I)
 *                   evaluation:  normalise(x + μ)
 *   HEAD            training:    normalise(x + μ + 3·L·z + σ·z')   z' ~ N(0, I), independent of z
 *                   evaluation:  x
 * </pre>
 *
 * <p>{@code L} is the lower Cholesky factor of the covariance, {@code Σ = L·Lᵀ}, so that {@code
 * L·z} is a draw from MVN(0, Σ). {@code z} is stage 0 of the given noise and {@code z'} stage 1.
 *
 * <p>The two forms are the reference's two snapshots, commit c211b9a and its later HEAD. They
 * differ also in evaluation: HEAD leaves text where it is. The first release's {@code normalise(x +
 * μ)} is affine up to the length of the row.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.2; {@code CovNoise} in
 * close/model/language_adapters.py.
 */
public final class CovarianceNoise implements ModalityAdapter {
  private static final double HEAD_MULTIPLIER = 3;

  private final float[] mean;
  private final SquareMatrix factor;
  private final double multiplier;
  private final double noiseStdDev;
  private final boolean shiftsEvaluation;

  private CovarianceNoise(
      float[] mean,
      float[] factor,
      double multiplier,
      double noiseStdDev,
      boolean shiftsEvaluation) {
    this.mean = AdapterSteps.copyFinite("mean", mean);
    this.factor = SquareMatrix.ofLowerTriangular("factor", factor, this.mean.length);
    this.multiplier = AdapterSteps.requireFinite("multiplier", multiplier);
    this.noiseStdDev = AdapterSteps.requireStdDev(noiseStdDev);
    this.shiftsEvaluation = shiftsEvaluation;
  }

  /**
   * Makes the adapter of the reference's first release, the default here.
   *
   * @param mean μ, {@code [dimension]}, finite; copied
   * @param factor L, {@code [dimension, dimension]}, row-major, zero right of the diagonal, finite;
   *     copied
   * @param multiplier s, finite
   * @return the adapter, without isotropic noise
   * @throws IllegalArgumentException if the shapes do not fit each other, a number is not finite,
   *     or {@code factor} is not lower triangular
   */
  public static CovarianceNoise firstRelease(float[] mean, float[] factor, double multiplier) {
    return new CovarianceNoise(mean, factor, multiplier, 0, true);
  }

  /**
   * Makes the adapter of the reference's HEAD, whose multiplier is always 3.
   *
   * @param mean μ, {@code [dimension]}, finite; copied
   * @param factor L, {@code [dimension, dimension]}, row-major, zero right of the diagonal, finite;
   *     copied
   * @param noiseStdDev σ, the standard deviation of the isotropic noise on top, at least 0
   * @return the adapter, which leaves text as it is in evaluation
   * @throws IllegalArgumentException if the shapes do not fit each other, a number is not finite,
   *     {@code factor} is not lower triangular, or {@code noiseStdDev} is negative
   */
  public static CovarianceNoise head(float[] mean, float[] factor, double noiseStdDev) {
    return new CovarianceNoise(mean, factor, HEAD_MULTIPLIER, noiseStdDev, false);
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
   * @return the number that multiplies the correlated draw; 3 in HEAD's form
   */
  public double multiplier() {
    return multiplier;
  }

  /**
   * Returns σ.
   *
   * @return the standard deviation of the isotropic noise; 0 in the first release's form
   */
  public double noiseStdDev() {
    return noiseStdDev;
  }

  /**
   * Tells the two forms apart.
   *
   * @return true if evaluation gives {@code normalise(x + μ)}, as the first release does; false if
   *     it gives {@code x}, as HEAD does
   */
  public boolean shiftsEvaluation() {
    return shiftsEvaluation;
  }

  @Override
  public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    AdapterSteps.requireSameRows(batch, noise);
    AdapterSteps.requireDimension(batch, mean.length);
    AdapterSteps.addToRows(batch, mean);
    factor.addNoiseProducts(noise, (float) multiplier, batch.values());
    if (noiseStdDev > 0) {
      AdapterSteps.addNoise(batch, noise.stage(0), noiseStdDev);
    }
    batch.normalize();
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {
    AdapterSteps.requireDimension(batch, mean.length);
    if (!shiftsEvaluation) {
      return;
    }
    AdapterSteps.addToRowsAndNormalize(batch, mean);
  }

  @Override
  public @Nullable AffineMap evaluationMap() {
    return shiftsEvaluation ? null : AffineMap.identity();
  }

  @Override
  public String toString() {
    return "CovarianceNoise[dimension=%d, multiplier=%s, noiseStdDev=%s, shiftsEvaluation=%s]"
        .formatted(mean.length, multiplier, noiseStdDev, shiftsEvaluation);
  }
}
