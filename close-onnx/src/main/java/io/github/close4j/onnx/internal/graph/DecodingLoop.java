package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.Decoding;
import java.util.List;

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
      return new SingleLoop(SingleLoop.Choice.of(g, decoding));
    }
    return decoding.isLengthNormalized()
        ? new NormalizedBeamLoop(decoding.beams(), g.input("length_penalty", ElementType.FLOAT))
        : new SummedBeamLoop(decoding.beams());
  }

  /** A decoder at work on one batch of N = B·hypotheses rows, one token a step. */
  interface Decoder {

    /**
     * What a decoder carries from step to step: tensors [N,heads,P,headDim] that it alone
     * understands. Rows of it may be copied and reordered.
     *
     * @param values the tensors
     * @param type their elements
     * @param heads their second dimension
     * @param headDim their last dimension
     */
    record Cache(List<Value> values, ElementType type, int heads, int headDim) {
      Cache with(List<Value> others) {
        return new Cache(others, type, heads, headDim);
      }
    }

    /** Logits [N,vocabulary] after the new token, and the cache with it. */
    record Step(Value logits, Cache cache) {}

    /** The cache before the first token, in the graph around the loop. */
    Cache empty();

    /**
     * Runs the decoder on one token of every row.
     *
     * @param b the loop's body
     * @param ids the tokens, [N,1]
     * @param past the cache
     */
    Step step(GraphBuilder b, Value ids, Cache past);

    /** An empty tensor [rows,heads,0,headDim], {@code rows} an int64 tensor of one element. */
    static Value emptyTensor(GraphBuilder g, Value rows, int heads, int headDim) {
      return g.op("ConstantOfShape", g.concat(0, rows, g.longs(heads, 0, headDim)));
    }
  }
}
