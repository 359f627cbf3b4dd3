package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.Decoding;

/** Decoding inside the graph: one loop over steps of the decoder, whose cache never leaves it. */
interface DecodingLoop {

  /** Hypotheses, best first: tokens [B,K,T] without the start token, scores [B,K]. */
  record Hypotheses(Value tokens, Value scores) {}

  /**
   * What a loop reads.
   *
   * @param decoder the decoder over the encoder's output
   * @param batch B, an int64 tensor of one element
   * @param padTokenId padding and start token
   * @param endTokenId end token
   * @param maxNewTokens most steps, an int64 scalar
   * @param constraints what must not be said
   */
  record Source(
      Decoder decoder,
      Value batch,
      long padTokenId,
      long endTokenId,
      Value maxNewTokens,
      Constraints constraints) {}

  /** Adds the loop to a graph. */
  Hypotheses decode(GraphBuilder g, Source source);

  /** The loop for a way of decoding; declares the inputs that it reads. */
  static DecodingLoop of(GraphBuilder g, Decoding decoding) {
    if (decoding.beams() == 1) {
      return new SingleLoop(TokenChoice.of(g, decoding));
    }
    return decoding.isLengthNormalized()
        ? new NormalizedBeamLoop(decoding.beams(), g.input("length_penalty", ElementType.FLOAT))
        : new SummedBeamLoop(decoding.beams());
  }
}
