package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.model.PrefixConfig;

/** The prefix: a CLIP vector as T5 input vectors. */
final class PrefixGraph {
  private final PrefixConfig config;
  private final int clipDim;
  private final int dModel;
  private final String prefix;
  private final WeightBank weights;

  /**
   * {@code prefix} stands before the tensor names {@code weight}, {@code bias}, {@code constants}.
   */
  PrefixGraph(PrefixConfig config, int clipDim, int dModel, String prefix, WeightBank weights) {
    this.config = config;
    this.clipDim = clipDim;
    this.dModel = dModel;
    this.prefix = prefix;
    this.weights = weights;
  }

  /** CLIP vectors [B,clipDim] -> [B,constants+length,dModel]. */
  Value apply(GraphBuilder g, Value vectors) {
    Value rows =
        switch (config.kind()) {
          case PROJECTION ->
              g.node("Gemm", vectors, g.weight(prefix + "weight"), g.weight(prefix + "bias"))
                  .attribute("transB", 1)
                  .output(); // [B,length*dModel]
          case SPLIT -> vectors;
        };
    // A row-major product read as [B,length,dModel]: nothing is copied.
    Value split = g.op("Reshape", rows, g.longs(-1, config.length(), dModel));
    if (config.constants() == 0) {
      return split;
    }
    Value constants = g.op("Unsqueeze", g.weight(prefix + "constants"), g.longs(0));
    Value shape = g.concat(0, g.dimension(vectors, 0), g.longs(config.constants(), dModel));
    return g.concat(1, g.op("Expand", constants, shape), split);
  }

  /** Checks every tensor's shape. */
  void requireWeights() {
    if (config.kind() == PrefixConfig.Kind.PROJECTION) {
      long out = (long) config.length() * dModel;
      weights.require(prefix + "weight", out, clipDim);
      weights.require(prefix + "bias", out);
    }
    if (config.constants() > 0) {
      weights.require(prefix + "constants", config.constants(), dModel);
    }
  }
}
