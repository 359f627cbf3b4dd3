package io.github.close4j.onnx.internal.model;

/**
 * Dimensions of a T5: no scaling of attention scores, relative position bias in the first layer
 * only, start token = pad token.
 *
 * <p>Version 1.0 has {@link Activation#RELU} and {@link OutputHead#TIED}; version 1.1 and Flan have
 * {@link Activation#GATED_GELU} and {@link OutputHead#UNTIED}.
 *
 * @param dModel width of the residual stream
 * @param headDim width of an attention head
 * @param heads attention heads a layer
 * @param feedForward inner width of the feed-forward
 * @param activation what the feed-forward computes inside
 * @param encoderLayers layers of the encoder
 * @param decoderLayers layers of the decoder
 * @param vocabularySize rows of the embedding table
 * @param relativeBuckets buckets of the relative position bias, at least 4
 * @param relativeMaxDistance distance from which all positions share the last bucket, above half of
 *     {@code relativeBuckets} and at most {@value #LONGEST_DISTANCE}
 * @param layerNormEps epsilon of the root-mean-square norms
 * @param padTokenId padding and start token
 * @param endTokenId end token
 * @param outputHead how the decoder's output becomes logits
 */
public record T5Config(
    int dModel,
    int headDim,
    int heads,
    int feedForward,
    Activation activation,
    int encoderLayers,
    int decoderLayers,
    int vocabularySize,
    int relativeBuckets,
    int relativeMaxDistance,
    float layerNormEps,
    int padTokenId,
    int endTokenId,
    OutputHead outputHead) {

  /** Longest distance of relative positions; a table of all up to it is made. */
  public static final int LONGEST_DISTANCE = 65_536;

  /** Inside of a feed-forward. */
  public enum Activation {
    /** {@code wo(relu(wi(x)))}, version 1.0's. */
    RELU,
    /**
     * {@code wo(gelu(wi_0(x)) · wi_1(x))} with the hyperbolic-tangent form of GELU, version 1.1's.
     */
    GATED_GELU
  }

  /** From the decoder's output to logits. */
  public enum OutputHead {
    /** The embedding table, after scaling by {@code dModel^-0.5}: version 1.0's. */
    TIED,
    /** A matrix of its own, {@code lm_head}, without scaling: version 1.1's. */
    UNTIED
  }

  /**
   * Checks the dimensions.
   *
   * @param dModel see the record
   * @param headDim see the record
   * @param heads see the record
   * @param feedForward see the record
   * @param activation see the record
   * @param encoderLayers see the record
   * @param decoderLayers see the record
   * @param vocabularySize see the record
   * @param relativeBuckets see the record
   * @param relativeMaxDistance see the record
   * @param layerNormEps see the record
   * @param padTokenId see the record
   * @param endTokenId see the record
   * @param outputHead see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public T5Config {
    Require.positive("t5.dModel", dModel);
    Require.positive("t5.headDim", headDim);
    Require.positive("t5.heads", heads);
    Require.positive("t5.feedForward", feedForward);
    Require.present("t5.activation", activation);
    Require.positive("t5.encoderLayers", encoderLayers);
    Require.positive("t5.decoderLayers", decoderLayers);
    Require.positive("t5.vocabularySize", vocabularySize);
    requireRelativePositions(relativeBuckets, relativeMaxDistance);
    Require.positive("t5.layerNormEps", layerNormEps);
    requireToken("t5.padTokenId", padTokenId, vocabularySize);
    requireToken("t5.endTokenId", endTokenId, vocabularySize);
    Require.present("t5.outputHead", outputHead);
  }

  /**
   * Width of all heads together.
   *
   * @return {@code heads · headDim}
   */
  public int inner() {
    return heads * headDim;
  }

  /** Half of the buckets hold a distance each; the rest share what is left up to the maximum. */
  private static void requireRelativePositions(int buckets, int maxDistance) {
    if (buckets < 4) {
      throw new IllegalArgumentException(
          "t5.relativeBuckets: expected at least 4, found " + buckets);
    }
    if (maxDistance <= buckets / 2 || maxDistance > LONGEST_DISTANCE) {
      throw new IllegalArgumentException(
          "t5.relativeMaxDistance: expected %d to %d, found %d"
              .formatted(buckets / 2 + 1, LONGEST_DISTANCE, maxDistance));
    }
  }

  private static void requireToken(String what, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "%s: expected 0 to %d, found %d".formatted(what, vocabularySize - 1, id));
    }
  }
}
