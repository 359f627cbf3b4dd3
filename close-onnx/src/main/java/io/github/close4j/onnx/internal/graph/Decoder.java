package io.github.close4j.onnx.internal.graph;

import java.util.List;

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
