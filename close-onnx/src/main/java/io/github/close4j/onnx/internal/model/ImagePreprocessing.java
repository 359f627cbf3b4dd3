package io.github.close4j.onnx.internal.model;

import io.github.close4j.image.ClipImageProcessor;

/**
 * How a picture becomes the input of a CLIP vision tower: its edge in pixels, and the mean and
 * standard deviation of each channel on the scale 0 to 1.
 *
 * <p>These are the values {@code size.shortest_edge} (equal to {@code crop_size}), {@code
 * image_mean} and {@code image_std} of Hugging Face's {@code preprocessor_config.json}.
 *
 * @param imageSize edge of the square picture, in pixels: 1 to {@value #MAX_IMAGE_SIZE}
 * @param meanRed mean of red
 * @param meanGreen mean of green
 * @param meanBlue mean of blue
 * @param stdRed standard deviation of red, above 0
 * @param stdGreen standard deviation of green, above 0
 * @param stdBlue standard deviation of blue, above 0
 */
public record ImagePreprocessing(
    int imageSize,
    float meanRed,
    float meanGreen,
    float meanBlue,
    float stdRed,
    float stdGreen,
    float stdBlue) {

  /** Largest edge, in pixels. */
  public static final int MAX_IMAGE_SIZE = 8192;

  /**
   * Checks the values.
   *
   * @param imageSize see the record
   * @param meanRed see the record
   * @param meanGreen see the record
   * @param meanBlue see the record
   * @param stdRed see the record
   * @param stdGreen see the record
   * @param stdBlue see the record
   * @throws IllegalArgumentException if the edge is outside 1 to {@value #MAX_IMAGE_SIZE}, a mean
   *     is not finite, or a standard deviation is not finite and above 0
   */
  public ImagePreprocessing {
    if (imageSize < 1 || imageSize > MAX_IMAGE_SIZE) {
      throw new IllegalArgumentException(
          "imageSize: expected 1 to %d pixels, found %d".formatted(MAX_IMAGE_SIZE, imageSize));
    }
    requireFinite("meanRed", meanRed);
    requireFinite("meanGreen", meanGreen);
    requireFinite("meanBlue", meanBlue);
    requireDeviation("stdRed", stdRed);
    requireDeviation("stdGreen", stdGreen);
    requireDeviation("stdBlue", stdBlue);
  }

  /**
   * The means and standard deviations of OpenAI's CLIP, which most CLIP models share.
   *
   * @param imageSize edge of the square picture, in pixels: 1 to {@value #MAX_IMAGE_SIZE}
   * @return the values
   * @throws IllegalArgumentException if the edge is out of range
   */
  public static ImagePreprocessing clipDefaults(int imageSize) {
    return new ImagePreprocessing(
        imageSize, 0.48145466f, 0.4578275f, 0.40821073f, 0.26862954f, 0.26130258f, 0.27577711f);
  }

  /** Prepares pictures so. */
  public ClipImageProcessor processor() {
    return new ClipImageProcessor(
        imageSize,
        new float[] {meanRed, meanGreen, meanBlue},
        new float[] {stdRed, stdGreen, stdBlue});
  }

  private static void requireFinite(String name, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s: expected a finite number, found %s".formatted(name, value));
    }
  }

  private static void requireDeviation(String name, float value) {
    if (!(value > 0) || !Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s: expected a finite number above 0, found %s".formatted(name, value));
    }
  }
}
