package io.github.close4j.onnx.internal.graph;

import java.util.Map;

/**
 * The smallest graph that makes a device compute: {@code product} = {@code x} · {@code x} · {@code
 * x}. The first product takes CUDA's library of matrices, the second that of convolutions (cuDNN),
 * which ONNX Runtime loads only when it is needed.
 */
public final class ProbeGraph {
  private ProbeGraph() {}

  /**
   * The graph; {@code x} and {@code product} are floats of shape [1,1,1,1].
   *
   * @return the graph
   */
  public static GraphModel model() {
    GraphBuilder g = new GraphBuilder("probe", new WeightBank());
    Value x = g.input("x", ElementType.FLOAT, 1, 1, 1, 1);
    Value product = g.op("Conv", g.op("MatMul", x, x), x);
    g.output("product", product, ElementType.FLOAT, 1, 1, 1, 1);
    return new GraphModel(g.model().bytes(), Map.of());
  }
}
