package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.PrefixConfig;

/** The prefix: a CLIP vector as T5 input vectors, and the image adapter folded into it. */
final class PrefixGraph {
  private final PrefixConfig config;
  private final ImageAdapter.Kind adapter;
  private final int clipDim;
  private final int dModel;
  private final String prefix;
  private final WeightBank weights;

  /**
   * {@code prefix} stands before the tensor names {@code weight}, {@code bias}, {@code constants}.
   */
  PrefixGraph(CaptionerConfig captioner, String prefix, WeightBank weights) {
    this.config = captioner.prefix();
    this.adapter = captioner.imageAdapter();
    this.clipDim = captioner.clip().projectionDim();
    this.dModel = captioner.t5().dModel();
    this.prefix = prefix;
    this.weights = weights;
  }

  /** CLIP vectors [B,clipDim] -> [B,constants+length,dModel]. */
  Value apply(GraphBuilder g, Value vectors) {
    Value rows = project(g, vectors); // [B,length*dModel]
    // A row-major product read as [B,length,dModel]: nothing is copied.
    Value split = g.op("Reshape", rows, g.longs(-1, config.length(), dModel));
    if (config.constants() == 0) {
      return split;
    }
    Value constants = g.op("Unsqueeze", g.weight(prefix + "constants"), g.longs(0));
    Value shape = g.concat(0, g.dimension(vectors, 0), g.longs(config.constants(), dModel));
    return g.concat(1, g.op("Expand", constants, shape), split);
  }

  /** The one affine map that adapter and projection are together. */
  private Value project(GraphBuilder g, Value vectors) {
    boolean projects = config.kind() == PrefixConfig.Kind.PROJECTION;
    boolean multiplies = projects || adapter == ImageAdapter.Kind.LINEAR;
    if (multiplies) {
      return g.node("Gemm", vectors, g.weight(matrix(projects)), g.weight(bias(projects)))
          .attribute("transB", 1)
          .output();
    }
    return adapter == ImageAdapter.Kind.SHIFT
        ? g.op("Add", vectors, g.weight(bias(projects)))
        : vectors;
  }

  /** W, W·A or A. */
  private String matrix(boolean projects) {
    if (adapter != ImageAdapter.Kind.LINEAR) {
      return prefix + "weight";
    }
    if (!projects) {
      return prefix + ImageAdapter.MATRIX;
    }
    return weights.derive(
        prefix + "weight.adapted",
        () ->
            FoldedAdapter.product(
                weights.get(prefix + "weight"), weights.get(prefix + ImageAdapter.MATRIX)));
  }

  /** c, W·b + c or b. */
  private String bias(boolean projects) {
    if (adapter == ImageAdapter.Kind.NONE) {
      return prefix + "bias";
    }
    if (!projects) {
      return prefix + ImageAdapter.BIAS;
    }
    return weights.derive(
        prefix + "bias.adapted",
        () ->
            FoldedAdapter.affine(
                weights.get(prefix + "weight"),
                weights.get(prefix + ImageAdapter.BIAS),
                weights.get(prefix + "bias")));
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
    if (adapter == ImageAdapter.Kind.LINEAR) {
      weights.require(prefix + ImageAdapter.MATRIX, clipDim, clipDim);
    }
    if (adapter != ImageAdapter.Kind.NONE) {
      weights.require(prefix + ImageAdapter.BIAS, clipDim);
    }
  }
}
