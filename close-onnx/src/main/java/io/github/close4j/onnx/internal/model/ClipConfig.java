package io.github.close4j.onnx.internal.model;

/**
 * Dimensions of a CLIP model in Hugging Face's layout: two pre-norm transformers, each followed by
 * a projection without bias into the shared space.
 *
 * @param projectionDim length of an embedding
 * @param activation activation of both feed-forwards
 * @param vision the vision tower
 * @param text the text tower
 */
public record ClipConfig(int projectionDim, Activation activation, Vision vision, Text text) {

  /** Activation of a feed-forward. */
  public enum Activation {
    /** {@code x · sigmoid(1.702 x)}, OpenAI's. */
    QUICK_GELU,
    /** {@code x · Φ(x)} with the error function. */
    GELU
  }

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
   * @param layerNormEps epsilon of the layer norms
   */
  public record Vision(
      int imageSize,
      int patchSize,
      int hidden,
      int layers,
      int heads,
      int feedForward,
      float layerNormEps) {

    /**
     * Checks the dimensions.
     *
     * @param imageSize see the record
     * @param patchSize see the record
     * @param hidden see the record
     * @param layers see the record
     * @param heads see the record
     * @param feedForward see the record
     * @param layerNormEps see the record
     * @throws IllegalArgumentException if one is out of range
     */
    public Vision {
      Require.positive("vision.imageSize", imageSize);
      Require.positive("vision.patchSize", patchSize);
      Require.divides("vision.patchSize", patchSize, "imageSize", imageSize);
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

    /**
     * Checks the dimensions.
     *
     * @param vocabularySize see the record
     * @param contextLength see the record
     * @param hidden see the record
     * @param layers see the record
     * @param heads see the record
     * @param feedForward see the record
     * @param layerNormEps see the record
     * @param endTokenId see the record
     * @param readAt see the record
     * @throws IllegalArgumentException if one is out of range
     */
    public Text {
      Require.positive("text.vocabularySize", vocabularySize);
      Require.positive("text.contextLength", contextLength);
      requireTower("text", hidden, layers, heads, feedForward, layerNormEps);
      Require.present("text.readAt", readAt);
      if (endTokenId < 0 || endTokenId >= vocabularySize) {
        throw new IllegalArgumentException(
            "text.endTokenId: expected 0 to %d, found %d"
                .formatted(vocabularySize - 1, endTokenId));
      }
    }
  }

  /**
   * Checks the dimensions.
   *
   * @param projectionDim see the record
   * @param activation see the record
   * @param vision see the record
   * @param text see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public ClipConfig {
    Require.positive("clip.projectionDim", projectionDim);
    Require.present("clip.activation", activation);
    Require.present("clip.vision", vision);
    Require.present("clip.text", text);
  }

  private static void requireTower(
      String tower, int hidden, int layers, int heads, int feedForward, float eps) {
    Require.positive(tower + ".hidden", hidden);
    Require.positive(tower + ".layers", layers);
    Require.positive(tower + ".heads", heads);
    Require.divides(tower + ".heads", heads, "hidden", hidden);
    Require.positive(tower + ".feedForward", feedForward);
    Require.positive(tower + ".layerNormEps", eps);
  }
}
