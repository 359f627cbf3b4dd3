package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.model.Activation;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The transformer layers of one of CLIP's towers, with Hugging Face's tensor names.
 *
 * <p>Only one position of a tower's output is read. So the last layer computes keys and values of
 * all positions, and everything else of the one: the same numbers for less work (a 24th part of the
 * tower less where there are 24 layers, nearly).
 *
 * @param tower the weights' names up to {@code encoder.layers}
 * @param layers number of layers
 * @param heads attention heads
 * @param hidden width
 * @param epsilon of the layer norms
 * @param activation of the feed-forward
 */
record ClipLayers(
    String tower, int layers, int heads, int hidden, float epsilon, Activation activation) {

  /** Positions of the residual stream and their layer norm, [B,L,hidden] each. */
  private record Stream(Value sum, Value normed) {

    Stream at(UnaryOperator<Value> positions) {
      return new Stream(positions.apply(sum), positions.apply(normed));
    }
  }

  /**
   * Embeddings [B,L,hidden] -> the read position after all layers and the last norm, [B,1,hidden].
   *
   * @param x the embeddings
   * @param mask added to scores, [1,1,L,L], or absent
   * @param maskRead its row for the read position, [B,1,1,L], or absent
   * @param read takes the one position out of [B,L,hidden]: [B,1,hidden]
   * @param lastNorm the norm after the last layer
   */
  Value apply(
      GraphBuilder g,
      Value x,
      Value mask,
      Value maskRead,
      UnaryOperator<Value> read,
      String lastNorm) {
    Stream stream = new Stream(x, Layers.layerNorm(g, x, layer(0) + ".layer_norm1", epsilon));
    for (int i = 0; i < layers - 1; i++) {
      stream = layer(g, layer(i), stream, stream, mask, layer(i + 1) + ".layer_norm1");
    }
    Stream one = stream.at(read);
    return layer(g, layer(layers - 1), stream, one, maskRead, lastNorm).normed();
  }

  /** One layer: {@code rows}, some positions of {@code all}, attend to all. */
  private Stream layer(
      GraphBuilder g, String name, Stream all, Stream rows, Value mask, String nextNorm) {
    String attention = name + ".self_attn.";
    Value attended =
        g.contrib(
                "MultiHeadAttention",
                g.linear(rows.normed(), attention + "q_proj.weight"),
                g.linear(all.normed(), attention + "k_proj.weight"),
                g.linear(all.normed(), attention + "v_proj.weight"),
                biases(g, attention),
                Value.ABSENT,
                mask)
            .attribute("num_heads", heads)
            .attribute("scale", (float) Math.pow((double) hidden / heads, -0.5))
            .output();
    Stream middle = add(g, rows, attended, attention + "out_proj", name + ".layer_norm2");
    Value fed = Layers.activate(g, activation, g.affine(middle.normed(), name + ".mlp.fc1"));
    return add(g, middle, fed, name + ".mlp.fc2", nextNorm);
  }

  /** The stream plus a projection of {@code x}, and its norm: one operator does what four would. */
  private Stream add(GraphBuilder g, Stream stream, Value x, String projection, String norm) {
    List<Value> sums =
        g.contrib(
                "SkipLayerNormalization",
                g.linear(x, projection + ".weight"),
                stream.sum(),
                g.narrowWeight(norm + ".weight"),
                g.narrowWeight(norm + ".bias"),
                g.narrowWeight(projection + ".bias"))
            .attribute("epsilon", epsilon)
            .outputsAt(0, 3);
    return new Stream(sums.get(1), sums.get(0));
  }

  /** The biases of queries, keys and values one after the other, [3·hidden]. */
  private static Value biases(GraphBuilder g, String attention) {
    return g.stacked(
        attention + "qkv.bias",
        attention + "q_proj.bias",
        attention + "k_proj.bias",
        attention + "v_proj.bias");
  }

  private String layer(int i) {
    return tower + ".encoder.layers." + i;
  }
}
