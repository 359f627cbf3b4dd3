package io.github.close4j.adapter;

/**
 * C3's way over the gap: each modality is moved so that its mean lies at the origin, and text is
 * disturbed in training.
 *
 * <pre>
 *   text, training:    normalise(x − mean(text) + σ·N(0, I))
 *   text, evaluation:  normalise(x − mean(text))
 *   image:             normalise(x − mean(image))
 * </pre>
 *
 * <p>Both are a {@link MeanShift} by −1; this names which belongs to which. Unlike all other
 * adapters this one also changes the images, by {@link #image()}'s evaluation, so a decoder that
 * was trained with {@link #text()} must read images through it.
 *
 * <p>Source: "Connect, Collapse, Corrupt" (Zhang et al., ICLR 2024, arXiv 2401.08567);
 * image_captioning/src/datasets/dataset_coco.py in its code, with {@code remove_mean}, {@code
 * add_gaussian_noise} and {@code re_normalize_prefix}.
 *
 * @param text the adapter of text vectors
 * @param image what image vectors pass at run time, by its evaluation; it draws no noise
 */
public record MeanRemoval(MeanShift text, MeanShift image) {

  /**
   * Checks that the two fit each other.
   *
   * @param text see the record
   * @param image see the record
   * @throws IllegalArgumentException if their dimensions differ
   */
  public MeanRemoval {
    if (text.dimension() != image.dimension()) {
      throw new IllegalArgumentException(
          "image: expected the text's dimension %d, found %d"
              .formatted(text.dimension(), image.dimension()));
    }
  }

  /**
   * Makes the two adapters.
   *
   * @param textMean mean of the L2-normalised text vectors, {@code [dimension]}, finite; copied
   * @param imageMean mean of the L2-normalised image vectors, {@code [dimension]}, finite; copied
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @return the adapters
   * @throws IllegalArgumentException if the dimensions differ, a number is not finite, or {@code
   *     noiseStdDev} is negative
   */
  public static MeanRemoval of(float[] textMean, float[] imageMean, double noiseStdDev) {
    // Normalised once, after the noise: C3's order.
    return new MeanRemoval(
        new MeanShift(textMean, -1, true, noiseStdDev), new MeanShift(imageMean, -1, true, 0));
  }
}
