package io.github.close4j.onnx.internal.model;

import static io.github.close4j.onnx.internal.model.CaptionerConfig.requireDivides;
import static io.github.close4j.onnx.internal.model.CaptionerConfig.requirePositive;

import io.github.close4j.image.ClipImageProcessor;

/**
 * Dimensions of a CLIP model in Hugging Face's layout: two pre-norm transformers, each followed by
 * a projection without bias into the shared space.
 *
 * @param projectionDim length of an embedding
 * @param vision the vision tower
 * @param text the text tower
 */
public record ClipConfig(int projectionDim, Vision vision, Text text) {

  /**
   * The vision tower: a picture of {@code imageSize²} pixels cut into patches, a class vector
   * before them.
   *
   * @param imageSize edge of the picture, in pixels
   * @param patchSize edge of a patch, in pixels
   * @param hidden width of the transformer
   * @param layers number of layers
   * @param heads attention heads a layer
   * @param feedForward inner width of the feed-forward
   * @param activation activation of the feed-forward
   * @param layerNormEps epsilon of the layer norms
   */
  public record Vision(
      int imageSize,
      int patchSize,
      int hidden,
      int layers,
      int heads,
      int feedForward,
      Activation activation,
      float layerNormEps) {

    public Vision {
      requirePositive("vision.imageSize", imageSize);
      requirePositive("vision.patchSize", patchSize);
      requireDivides("vision.patchSize", patchSize, "imageSize", imageSize);
      requireTower("vision", hidden, layers, heads, feedForward, layerNormEps);
    }

    /**
     * Number of patches of a picture.
     *
     * @return {@code (imageSize / patchSize)²}
     */
    public int patches() {
      int edge = imageSize / patchSize;
      return edge * edge;
    }
  }

  /**
   * The text tower: causal, read at the end token.
   *
   * @param vocabularySize number of token ids
   * @param contextLength longest text in tokens, start and end included
   * @param hidden width of the transformer
   * @param layers number of layers
   * @param heads attention heads a layer
   * @param feedForward inner width of the feed-forward
   * @param activation activation of the feed-forward
   * @param layerNormEps epsilon of the layer norms
   * @param endTokenId id of the end token
   * @param readAt where the vector is read
   */
  public record Text(
      int vocabularySize,
      int contextLength,
      int hidden,
      int layers,
      int heads,
      int feedForward,
      Activation activation,
      float layerNormEps,
      int endTokenId,
      ReadAt readAt) {

    /** The position at which a text's vector is read. */
    public enum ReadAt {
      /** The first end token. */
      END_TOKEN,
      /**
       * The first occurrence of the highest id in the text: OpenAI's rule, whose end token has the
       * highest id of all. Hugging Face's configurations that state the end token as 2, as OpenAI's
       * do, mean this.
       */
      HIGHEST_ID
    }

    public Text {
      requirePositive("text.vocabularySize", vocabularySize);
      requirePositive("text.contextLength", contextLength);
      requireTower("text", hidden, layers, heads, feedForward, layerNormEps);
      if (endTokenId < 0 || endTokenId >= vocabularySize) {
        throw new IllegalArgumentException(
            "text.endTokenId: expected 0 to %d, found %d"
                .formatted(vocabularySize - 1, endTokenId));
      }
    }
  }

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
  public record Preprocessing(
      int imageSize,
      float meanRed,
      float meanGreen,
      float meanBlue,
      float stdRed,
      float stdGreen,
      float stdBlue) {

    /** Largest edge, in pixels. */
    public static final int MAX_IMAGE_SIZE = 8192;

    public Preprocessing {
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
    public static Preprocessing clipDefaults(int imageSize) {
      return new Preprocessing(
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

  public ClipConfig {
    requirePositive("clip.projectionDim", projectionDim);
  }

  private static void requireTower(
      String tower, int hidden, int layers, int heads, int feedForward, float eps) {
    requirePositive(tower + ".hidden", hidden);
    requirePositive(tower + ".layers", layers);
    requirePositive(tower + ".heads", heads);
    requireDivides(tower + ".heads", heads, "hidden", hidden);
    requirePositive(tower + ".feedForward", feedForward);
    requirePositive(tower + ".layerNormEps", eps);
  }
}
