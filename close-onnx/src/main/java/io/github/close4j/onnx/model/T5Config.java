package io.github.close4j.onnx.model;

/**
 * Dimensions of a T5 version 1.0: ReLU feed-forward, output head tied to the embeddings with the
 * decoder's output scaled by {@code dModel^-0.5}, no scaling of attention scores, start token = pad
 * token.
 *
 * @param dModel width of the residual stream
 * @param headDim width of an attention head
 * @param heads attention heads a layer
 * @param feedForward inner width of the feed-forward
 * @param encoderLayers layers of the encoder
 * @param decoderLayers layers of the decoder
 * @param vocabularySize rows of the embedding table
 * @param relativeBuckets buckets of the relative position bias
 * @param relativeMaxDistance distance from which all positions share the last bucket
 * @param layerNormEps epsilon of the root-mean-square norms
 * @param padTokenId padding and start token
 * @param endTokenId end token
 */
public record T5Config(
    int dModel,
    int headDim,
    int heads,
    int feedForward,
    int encoderLayers,
    int decoderLayers,
    int vocabularySize,
    int relativeBuckets,
    int relativeMaxDistance,
    float layerNormEps,
    int padTokenId,
    int endTokenId) {

  /**
   * Checks the dimensions.
   *
   * @param dModel see the record
   * @param headDim see the record
   * @param heads see the record
   * @param feedForward see the record
   * @param encoderLayers see the record
   * @param decoderLayers see the record
   * @param vocabularySize see the record
   * @param relativeBuckets see the record
   * @param relativeMaxDistance see the record
   * @param layerNormEps see the record
   * @param padTokenId see the record
   * @param endTokenId see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public T5Config {
    Require.positive("t5.dModel", dModel);
    Require.positive("t5.headDim", headDim);
    Require.positive("t5.heads", heads);
    Require.positive("t5.feedForward", feedForward);
    Require.positive("t5.encoderLayers", encoderLayers);
    Require.positive("t5.decoderLayers", decoderLayers);
    Require.positive("t5.vocabularySize", vocabularySize);
    Require.positive("t5.relativeBuckets", relativeBuckets);
    Require.positive("t5.relativeMaxDistance", relativeMaxDistance);
    Require.positive("t5.layerNormEps", layerNormEps);
    requireToken("t5.padTokenId", padTokenId, vocabularySize);
    requireToken("t5.endTokenId", endTokenId, vocabularySize);
  }

  /**
   * Width of all heads together.
   *
   * @return {@code heads · headDim}
   */
  public int inner() {
    return heads * headDim;
  }

  private static void requireToken(String what, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "%s: expected 0 to %d, found %d".formatted(what, vocabularySize - 1, id));
    }
  }
}
