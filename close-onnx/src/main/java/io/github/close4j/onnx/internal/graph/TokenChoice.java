package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.Decoding;

/** How one hypothesis goes on. */
interface TokenChoice {

  /**
   * Chooses a token for each row.
   *
   * @param logits [N,vocabulary]
   * @param step number of the step from 0, an int64 scalar
   * @return token ids [N,1]
   */
  Value choose(GraphBuilder b, Value logits, Value step);

  /** The choice for a way of decoding; declares the inputs that it reads. */
  static TokenChoice of(GraphBuilder g, Decoding decoding) {
    return decoding.seed() == null ? TokenChoice::mostProbable : SampledChoice.of(g);
  }

  private static Value mostProbable(GraphBuilder b, Value logits, Value step) {
    return b.node("ArgMax", logits).attribute("axis", 1).attribute("keepdims", 1).output();
  }
}
