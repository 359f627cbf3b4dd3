package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import org.jspecify.annotations.Nullable;

/**
 * Moves every text vector by the same vector, as a rule the mean difference of image and text.
 *
 * <pre>
 *   y            x + s·μ, divided by its norm if {@link #normalized()}
 *   training:    normalise(y + σ·N(0, I))
 *   evaluation:  y
 * </pre>
 *
 * <p>{@code s} may have any sign: the paper also moves away from the images. Where {@code y} is
 * normalised and σ = 0, training does not normalise it a second time.
 *
 * <p>Without normalisation, evaluation is affine, {@code x -> x + s·μ}.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.1; {@code Shift} and {@code FixedRandomShift} in
 * close/model/language_adapters.py.
 *
 * <p>Differs from the reference: there the random shift leaves {@code y} as it is in training when
 * σ = 0; here {@link #randomDirection} is a mean shift in every respect, and so ends on the unit
 * sphere.
 */
public final class MeanShift implements ModalityAdapter {
  private final float[] shift;
  private final float[] step;
  private final double multiplier;
  private final boolean normalized;
  private final double noiseStdDev;

  /**
   * Makes the adapter.
   *
   * @param shift μ, {@code [dimension]}, finite; copied
   * @param multiplier s, finite, of any sign
   * @param normalized whether {@code x + s·μ} is brought back to the unit sphere
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @throws IllegalArgumentException if {@code shift} is empty, a number is not finite, or {@code
   *     noiseStdDev} is negative
   */
  public MeanShift(float[] shift, double multiplier, boolean normalized, double noiseStdDev) {
    this.shift = AdapterSteps.copyFinite("shift", shift);
    this.multiplier = AdapterSteps.requireFinite("multiplier", multiplier);
    this.normalized = normalized;
    this.noiseStdDev = AdapterSteps.requireStdDev(noiseStdDev);
    float[] scaled = new float[shift.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (multiplier * this.shift[i]);
    }
    this.step = AdapterSteps.copyFinite("multiplier * shift", scaled);
  }

  /**
   * Makes the paper's control experiment: a shift in a direction that has nothing to do with
   * images, drawn uniformly from the sphere and then fixed.
   *
   * @param dimension the length of a row, at least 1
   * @param norm the shift's length and so this adapter's multiplier; the paper tries 0.2 to 2
   * @param seed the direction's seed; the same seed gives the same bits
   * @param normalized whether {@code x + s·μ} is brought back to the unit sphere
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @return a mean shift with a unit vector as μ and {@code norm} as s
   * @throws IllegalArgumentException if {@code dimension} is below 1, {@code norm} is not finite,
   *     or {@code noiseStdDev} is negative or not finite
   */
  public static MeanShift randomDirection(
      int dimension, double norm, long seed, boolean normalized, double noiseStdDev) {
    EmbeddingBatch direction = EmbeddingBatch.allocate(1, dimension);
    // No training run has epoch -1, so no example's noise points the same way under the same seed.
    ExampleNoise.of(seed, -1, new long[1]).gaussian(0, direction.values(), 0, dimension);
    direction.normalize();
    return new MeanShift(direction.values(), norm, normalized, noiseStdDev);
  }

  /**
   * Returns μ.
   *
   * @return a copy, {@code [dimension]}, not multiplied by s
   */
  public float[] shift() {
    return shift.clone();
  }

  /**
   * Returns the length of a row.
   *
   * @return the number of components, at least 1
   */
  public int dimension() {
    return shift.length;
  }

  /**
   * Returns s.
   *
   * @return the number that multiplies μ
   */
  public double multiplier() {
    return multiplier;
  }

  /**
   * Tells whether {@code x + s·μ} is brought back to the unit sphere.
   *
   * @return true if it is
   */
  public boolean normalized() {
    return normalized;
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
    adaptForEvaluation(batch);
    if (noiseStdDev > 0) {
      AdapterSteps.addNoiseAndNormalize(batch, noise, noiseStdDev);
    } else if (!normalized) {
      batch.normalize();
    }
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {
    AdapterSteps.requireDimension(batch, step.length);
    if (normalized) {
      AdapterSteps.addToRowsAndNormalize(batch, step);
    } else {
      AdapterSteps.addToRows(batch, step);
    }
  }

  @Override
  public @Nullable AffineMap evaluationMap() {
    return normalized ? null : AffineMap.shift(step);
  }

  @Override
  public String toString() {
    return "MeanShift[dimension=%d, multiplier=%s, normalized=%s, noiseStdDev=%s]"
        .formatted(shift.length, multiplier, normalized, noiseStdDev);
  }
}
