package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.graph.DecodingLoop.Decoder;

/** T5 as captioning needs it, whoever made its graphs. */
interface EncoderDecoder {

  /**
   * What the encoder made of a batch.
   *
   * @param hidden its output, [B,S,dModel]
   * @param attended 1 for positions that count and 0 for padding, int64 [B,S], or absent if all do
   */
  record Encoded(Value hidden, Value attended) {}

  /** Token ids [B,L] -> embeddings [B,L,dModel], not scaled. */
  Value embed(GraphBuilder g, Value ids);

  /** Embeddings [B,S,dModel] -> hidden states; {@code attended} as in {@link Encoded}. */
  Encoded encode(GraphBuilder g, Value embeddings, Value attended);

  /** Logits [B,T,vocabulary] after each of the ids [B,T], which begin with the start token. */
  Value logits(GraphBuilder g, Encoded encoded, Value ids);

  /**
   * The decoder as a loop runs it.
   *
   * @param g the graph that the loop is added to
   * @param encoded what it reads
   * @param hypotheses rows an item, one behind the other
   * @param maxNewTokens most steps, an int64 scalar
   */
  Decoder decoder(GraphBuilder g, Encoded encoded, int hypotheses, Value maxNewTokens);

  /**
   * Checks that every weight is there and has its shape.
   *
   * @throws io.github.close4j.UnusableFileException if not, with file and tensor
   */
  void requireWeights();
}
