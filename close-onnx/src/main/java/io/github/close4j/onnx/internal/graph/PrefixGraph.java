package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import java.nio.FloatBuffer;

/** The prefix: a CLIP vector as T5 input vectors, and the image adapter folded into it. */
final class PrefixGraph {
  private final CaptionerConfig.Prefix config;
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

  /** CLIP vectors [B,clipDim], of norm 1 -> [B,constants+length,dModel]. */
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

  /** Adapter and projection: one affine map together, or two with a norm between them. */
  private Value project(GraphBuilder g, Value vectors) {
    boolean projects = config.kind() == CaptionerConfig.Prefix.Kind.PROJECTION;
    if (adapter != ImageAdapter.Kind.NONE && projects && !adapter.normalizes()) {
      return affine(g, vectors, foldedMatrix(), foldedBias());
    }
    Value adapted = adapt(g, vectors); // [B,clipDim]
    return projects ? affine(g, adapted, prefix + "weight", prefix + "bias") : adapted;
  }

  private Value adapt(GraphBuilder g, Value vectors) {
    if (adapter == ImageAdapter.Kind.NONE) {
      return vectors;
    }
    Value moved =
        adapter.multiplies()
            ? affine(g, vectors, prefix + ImageAdapter.MATRIX, prefix + ImageAdapter.BIAS)
            : g.op("Add", vectors, g.weight(prefix + ImageAdapter.BIAS));
    return adapter.normalizes() ? Layers.l2Normalize(g, moved) : moved;
  }

  /** {@code M·x + v} for every row x, by the weights' names. */
  private static Value affine(GraphBuilder g, Value x, String matrix, String vector) {
    return g.node("Gemm", x, g.weight(matrix), g.weight(vector)).attribute("transB", 1).output();
  }

  /** The name of W·A, or of W where the adapter is a shift. */
  private String foldedMatrix() {
    if (!adapter.multiplies()) {
      return prefix + "weight";
    }
    return weights.derive(
        prefix + "weight.adapted",
        () -> {
          Weight projection = weights.get(prefix + "weight");
          double[] product = product(projection, weights.get(prefix + ImageAdapter.MATRIX));
          return weight(product, projection.shape()[0], clipDim);
        });
  }

  /** The name of W·b + c. */
  private String foldedBias() {
    return weights.derive(
        prefix + "bias.adapted",
        () -> {
          Weight projection = weights.get(prefix + "weight");
          double[] sums = product(projection, weights.get(prefix + ImageAdapter.BIAS));
          Weight bias = weights.get(prefix + "bias");
          for (int row = 0; row < sums.length; row++) {
            sums[row] += bias.values().get(row);
          }
          return weight(sums, sums.length);
        });
  }

  /** {@code W·A} or {@code W·b} in double precision: [m,n] or [m] from [m,k] and [k,n] or [k]. */
  private static double[] product(Weight left, Weight right) {
    int rows = (int) left.shape()[0];
    int inner = (int) left.shape()[1];
    int columns = right.shape().length == 1 ? 1 : (int) right.shape()[1];
    float[] factors = new float[inner * columns];
    right.values().duplicate().rewind().get(factors);
    double[] sums = new double[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < inner; k++) {
        double factor = left.values().get(row * inner + k);
        for (int column = 0; column < columns; column++) {
          sums[row * columns + column] += factor * factors[k * columns + column];
        }
      }
    }
    return sums;
  }

  private static Weight weight(double[] values, long... shape) {
    FloatBuffer floats = WeightBank.allocate(values.length);
    for (double value : values) {
      floats.put((float) value);
    }
    return new Weight(floats.rewind(), shape);
  }

  /** Checks every tensor's shape. */
  void requireWeights() {
    if (config.kind() == CaptionerConfig.Prefix.Kind.PROJECTION) {
      long out = (long) config.length() * dModel;
      weights.require(prefix + "weight", out, clipDim);
      weights.require(prefix + "bias", out);
    }
    if (config.constants() > 0) {
      weights.require(prefix + "constants", config.constants(), dModel);
    }
    if (adapter.multiplies()) {
      weights.require(prefix + ImageAdapter.MATRIX, clipDim, clipDim);
    }
    if (adapter != ImageAdapter.Kind.NONE) {
      weights.require(prefix + ImageAdapter.BIAS, clipDim);
    }
  }
}
