package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.model.Activation;

/** Pieces that both CLIP and T5 are made of. */
final class Layers {
  /**
   * Added to attention scores that must not count: far below all others, so that nothing is left
   * after the softmax, and within the range of 16-bit floats.
   */
  static final float MASKED = -3e4f;

  private Layers() {}

  /** Layer norm over the last axis with gain and bias, in the type of products. */
  static Value layerNorm(GraphBuilder g, Value x, String name, float epsilon) {
    return g.node(
            "LayerNormalization",
            x,
            g.narrowWeight(name + ".weight"),
            g.narrowWeight(name + ".bias"))
        .attribute("axis", -1)
        .attribute("epsilon", epsilon)
        .output();
  }

  /**
   * T5's root-mean-square norm over the last axis, in the operators that ONNX Runtime recognises
   * and fuses into one.
   */
  static Value rmsNorm(GraphBuilder g, Value x, String weight, float epsilon) {
    Value square = g.op("Pow", x, g.scalar(2f));
    Value mean = g.node("ReduceMean", square, g.longs(-1)).attribute("keepdims", 1).output();
    Value norm = g.op("Sqrt", g.op("Add", mean, g.scalar(epsilon)));
    return g.op("Mul", g.op("Div", x, norm), g.weight(weight));
  }

  /** An activation, in the type of {@code x}. */
  static Value activate(GraphBuilder g, Activation activation, Value x) {
    return switch (activation) {
      case RELU -> g.op("Relu", x);
      case GELU -> g.contrib("Gelu", x).output();
      case GELU_TANH -> g.contrib("FastGelu", x).output();
      case QUICK_GELU -> g.contrib("QuickGelu", x).attribute("alpha", 1.702f).output();
      case SILU -> g.contrib("QuickGelu", x).attribute("alpha", 1f).output();
    };
  }

  /** Rows of norm 1 over the last axis. */
  static Value l2Normalize(GraphBuilder g, Value x) {
    Value norm = g.node("ReduceL2", x, g.longs(-1)).attribute("keepdims", 1).output();
    return g.op("Div", x, norm);
  }

  /** [B,S,heads*dim] -> [B,heads,S,dim]. */
  static Value splitHeads(GraphBuilder g, Value x, int heads, int headDim) {
    return g.transpose(g.op("Reshape", x, g.longs(0, 0, heads, headDim)), 0, 2, 1, 3);
  }
}
