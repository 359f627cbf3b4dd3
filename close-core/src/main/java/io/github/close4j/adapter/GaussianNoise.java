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
 * picture and for VQA, and 0.08 for visual entailment.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 2.2.
 */
public final class GaussianNoise implements ModalityAdapter {
  private final double noiseStdDev;

  /**
   * Makes the adapter.
   *
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @throws IllegalArgumentException if {@code noiseStdDev} is negative or not finite
   */
  public GaussianNoise(double noiseStdDev) {
    this.noiseStdDev = AdapterSteps.requireStdDev(noiseStdDev);
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
  public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    AdapterSteps.requireSameRows(batch, noise);
    if (noiseStdDev == 0) {
      return;
    }
    AdapterSteps.addNoise(batch, noise, noiseStdDev);
    batch.normalize();
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {}

  @Override
  public String toString() {
    return "GaussianNoise[noiseStdDev=" + noiseStdDev + "]";
  }
}
