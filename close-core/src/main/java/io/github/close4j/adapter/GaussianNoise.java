package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;

/**
 * CLOSE's own adapter: Gaussian noise on each component, then back to the unit sphere.
 *
 * <pre>
 *   training:    normalise(x + σ·N(0, I))
 *   evaluation:  x
 * </pre>
 *
 * <p>σ is a standard deviation, not a variance. With σ = 0 training leaves every bit of {@code x}
 * as it is. The paper uses 0.12 for captions of single pictures, 0.04 for several captions of a
 * picture and for VQA, and 0.08 for visual entailment. Immutable and thread-safe.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 2.2.
 */
public final class GaussianNoise extends AdapterStep {
  /** The variance that CapDec found best for COCO captions; its σ is 0.126. */
  public static final double CAPDEC_VARIANCE = 0.016;

  private final double noiseStdDev;

  /**
   * Makes the adapter.
   *
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @throws IllegalArgumentException if {@code noiseStdDev} is negative or not finite
   */
  public GaussianNoise(double noiseStdDev) {
    this.noiseStdDev = requireStdDev(noiseStdDev);
  }

  /**
   * Makes CapDec's adapter, which states the variance: {@code N(0, variance·I)}.
   *
   * <p>Source: CapDec (Nukrai, Mokady and Globerson, arXiv 2211.00575), section 3; {@code
   * noise_injection} in train.py of its code normalises, adds normal draws times the variance's
   * square root, and normalises again.
   *
   * @param variance σ², at least 0, as a rule {@link #CAPDEC_VARIANCE}
   * @return Gaussian noise of that variance
   * @throws IllegalArgumentException if {@code variance} is negative or not finite
   */
  public static GaussianNoise ofVariance(double variance) {
    if (!(variance >= 0) || Double.isInfinite(variance)) {
      throw new IllegalArgumentException(
          "variance: expected a finite number, at least 0, found " + variance);
    }
    return new GaussianNoise(Math.sqrt(variance));
  }

  /**
   * Returns σ.
   *
   * @return the standard deviation of each component's noise
   */
  public double noiseStdDev() {
    return noiseStdDev;
  }

  @Override
  boolean draws() {
    return noiseStdDev > 0;
  }

  @Override
  boolean leavesNormalizationTo(ModalityAdapter next) {
    return false;
  }

  @Override
  void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise, boolean last) {
    if (noiseStdDev > 0) {
      addNoiseAndNormalize(batch, noise, noiseStdDev);
    }
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {}

  @Override
  public String toString() {
    return "GaussianNoise[noiseStdDev=" + noiseStdDev + "]";
  }
}
