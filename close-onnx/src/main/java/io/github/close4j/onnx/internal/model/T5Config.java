package io.github.close4j.onnx.internal.model;

import static io.github.close4j.onnx.internal.model.CaptionerConfig.requirePositive;

/**
 * Dimensions of a T5: no scaling of attention scores, relative position bias in the first layer
 * only, start token = pad token.
 *
 * <p>Version 1.0 has {@link Activation#RELU} without a gate and {@link OutputHead#TIED}; version
 * 1.1 and Flan have a gate with {@link Activation#GELU_TANH} and {@link OutputHead#UNTIED}.
 *
 * @param dModel width of the residual stream
 * @param headDim width of an attention head
 * @param heads attention heads a layer
 * @param feedForward inner width of the feed-forward
 * @param activation activation of the feed-forward
 * @param gated whether the feed-forward is {@code wo(activation(wi_0(x)) · wi_1(x))}; without a
 *     gate it is {@code wo(activation(wi(x)))}
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
    boolean gated,
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

  /** From the decoder's output to logits. */
  public enum OutputHead {
    /** The embedding table, after scaling by {@code dModel^-0.5}: version 1.0's. */
    TIED,
    /** A matrix of its own, {@code lm_head}, without scaling: version 1.1's. */
    UNTIED
  }

  public T5Config {
    requirePositive("t5.dModel", dModel);
    requirePositive("t5.headDim", headDim);
    requirePositive("t5.heads", heads);
    requirePositive("t5.feedForward", feedForward);
    requirePositive("t5.encoderLayers", encoderLayers);
    requirePositive("t5.decoderLayers", decoderLayers);
    requirePositive("t5.vocabularySize", vocabularySize);
    requireRelativePositions(relativeBuckets, relativeMaxDistance);
    requirePositive("t5.layerNormEps", layerNormEps);
    requireToken("t5.padTokenId", padTokenId, vocabularySize);
    requireToken("t5.endTokenId", endTokenId, vocabularySize);
  }

  /** Width of all heads together. */
  public int inner() {
    return heads * headDim;
  }

  /**
   * Bucket of a relative position, key minus query, in the encoder, which looks both ways. Buckets
   * (Raffel et al. 2020, section 2.1) are exact for near keys, logarithmic for far ones, and one
   * from the maximum distance on.
   *
   * <p>Source: {@code _relative_position_bucket} of Hugging Face's T5, 32-bit arithmetic included.
   */
  public int encoderBucket(int relative) {
    int half = relativeBuckets / 2;
    return (relative > 0 ? half : 0) + bucket(Math.abs(relative), half);
  }

  /** Bucket in the decoder, which looks back only: positive positions count as 0. */
  public int decoderBucket(int relative) {
    return bucket(Math.max(-relative, 0), relativeBuckets);
  }

  private int bucket(int distance, int count) {
    int exact = count / 2;
    if (distance < exact) {
      return distance;
    }
    float logarithm = (float) Math.log((float) distance / exact);
    float span = (float) Math.log((double) relativeMaxDistance / exact);
    return Math.min(count - 1, exact + (int) (logarithm / span * (count - exact)));
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
