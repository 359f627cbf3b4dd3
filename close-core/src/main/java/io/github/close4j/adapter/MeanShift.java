package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.embedding.EmbeddingBatch;

/**
 * Moves every text vector by the same vector, as a rule the mean difference of image and text.
 *
 * <pre>
 *   training:    normalise(x + s·μ)
 *   evaluation:  normalise(x + s·μ), or x + s·μ after {@link #withoutNormalization()}
 * </pre>
 *
 * <p>{@code s} may have any sign: the paper also moves away from the images. Noise is an adapter
 * behind it, {@code shift.then(new GaussianNoise(0.04))}. Immutable and thread-safe.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.1; {@code Shift} and {@code FixedRandomShift} in
 * close/model/language_adapters.py, whose {@code renorm} is {@link #normalized()}.
 *
 * <p>Differs from the reference: there the random shift without noise leaves {@code x + s·μ} as it
 * is in training; here {@link #randomDirection} is a mean shift in every respect, and so ends on
 * the unit sphere.
 */
public final class MeanShift extends AffineStep {
  private final float[] shift;
  private final double multiplier;

  /**
   * Makes a shift by μ itself that brings its result back to the unit sphere.
   *
   * @param shift μ, {@code [dimension]}, finite; copied
   * @throws IllegalArgumentException if {@code shift} is empty or a number is not finite
   */
  public MeanShift(float[] shift) {
    this(copyFinite("shift", shift), 1, true);
  }

  private MeanShift(float[] shift, double multiplier, boolean normalized) {
    super(scaled(shift, multiplier), normalized);
    this.shift = shift;
    this.multiplier = multiplier;
  }

  private static float[] scaled(float[] shift, double multiplier) {
    requireFinite("multiplier", multiplier);
    float[] scaled = new float[shift.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (multiplier * shift[i]);
    }
    return copyFinite("multiplier * shift", scaled);
  }

  /**
   * Makes the paper's control experiment: a shift in a direction that has nothing to do with
   * images, drawn uniformly from the sphere and then fixed.
   *
   * @param dimension the length of a row, at least 1
   * @param norm the shift's length and so this adapter's multiplier; the paper tries 0.2 to 2
   * @param seed the direction's seed; the same seed gives the same bits
   * @return a mean shift with a unit vector as μ and {@code norm} as s
   * @throws IllegalArgumentException if {@code dimension} is below 1 or {@code norm} is not finite
   */
  @CheckReturnValue
  public static MeanShift randomDirection(int dimension, double norm, long seed) {
    EmbeddingBatch direction = EmbeddingBatch.allocate(1, dimension);
    // No training run has epoch -1, so no example's noise points the same way under the same seed.
    ExampleNoise.of(seed, -1, new long[1]).gaussian(0, direction.values(), 0, dimension);
    direction.normalize();
    return new MeanShift(direction.values()).times(norm);
  }

  /**
   * The same shift, so many times as far.
   *
   * @param factor what s is multiplied by, finite, of any sign
   * @return another shift
   * @throws IllegalArgumentException if {@code factor} or the longer shift is not finite
   */
  @CheckReturnValue
  public MeanShift times(double factor) {
    return new MeanShift(shift, multiplier * factor, normalized());
  }

  /**
   * The same shift without the way back to the unit sphere: evaluation is the affine map {@code x
   * -> x + s·μ}. In training the adapter behind it in a sequence normalises, or it does so itself
   * if there is none.
   *
   * @return another shift
   */
  @CheckReturnValue
  public MeanShift withoutNormalization() {
    return new MeanShift(shift, multiplier, false);
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
   * Returns s.
   *
   * @return the number that multiplies μ; 1 unless {@link #times} gave another
   */
  public double multiplier() {
    return multiplier;
  }

  @Override
  void multiply(EmbeddingBatch batch) {}

  @Override
  public String toString() {
    return "MeanShift[dimension=%d, multiplier=%s, normalized=%s]"
        .formatted(dimension(), multiplier, normalized());
  }
}
