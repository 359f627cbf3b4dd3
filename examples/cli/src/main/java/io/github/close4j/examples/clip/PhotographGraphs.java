package io.github.close4j.examples.clip;

import io.github.close4j.examples.backbone.EfficientNetLite;
import io.github.close4j.examples.backbone.EfficientNetLite.Convolution;
import io.github.close4j.examples.text.BytePairVocabulary;
import io.github.close4j.onnx.internal.exported.TowerGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The towers of {@link PhotographNetwork} as ONNX graphs with the inputs and outputs that Hugging
 * Face Optimum gives a CLIP's.
 */
final class PhotographGraphs {
  private static final float MASKED = -1e4f;
  private static final float RELU6 = 6;
  private static final double SQRT_HALF = Math.sqrt(0.5);

  private final PhotographClipShape shape;
  private final Function<String, float[]> weights;

  /**
   * Graphs of trained weights.
   *
   * @param weights the values of a parameter by its name
   */
  PhotographGraphs(PhotographClipShape shape, Function<String, float[]> weights) {
    this.shape = shape;
    this.weights = weights;
  }

  /**
   * Writes {@code pixel_values} [B,3,S,S] to {@code image_embeds} [B,dimension]. The backbone sees
   * a picture and its mirror image, which say the same; the mean of both tells it better than
   * either.
   */
  void writeVision(Path file) {
    int edge = shape.imageSize();
    TowerGraph g = new TowerGraph("vision");
    String pixels = g.floats("pixel_values", "B", 3, edge, edge);
    String both = g.op("Concat", Map.of("axis", 0L), pixels, mirrored(g, pixels));
    String averages = g.op("GlobalAveragePool", backbone(g, both)); // [2B,1280,1,1]
    String apart = g.op("Reshape", averages, g.longs(2, -1, EfficientNetLite.FEATURES));
    String pooled = g.op("ReduceMean", Map.of("keepdims", 0L), apart, g.longs(0));
    String mean = weight(g, PhotographClipShape.FEATURE_MEAN, EfficientNetLite.FEATURES);
    String stdDev = weight(g, PhotographClipShape.FEATURE_STD_DEV, EfficientNetLite.FEATURES);
    String x = g.op("Div", g.op("Sub", pooled, mean), stdDev);
    int hiddenWidth = PhotographClipShape.IMAGE_HIDDEN;
    String hidden =
        linear(g, x, PhotographClipShape.HIDDEN_WEIGHT, hiddenWidth, EfficientNetLite.FEATURES);
    hidden = gelu(g, g.op("Add", hidden, weight(g, PhotographClipShape.HIDDEN_BIAS, hiddenWidth)));
    int dimension = PhotographClipShape.DIMENSION;
    String sum =
        g.op(
            "Add",
            linear(g, x, PhotographClipShape.LINEAR, dimension, EfficientNetLite.FEATURES),
            linear(g, hidden, PhotographClipShape.OUT, dimension, hiddenWidth));
    g.output("image_embeds", sum, "B", dimension);
    g.write(file);
  }

  private static String mirrored(TowerGraph g, String pixels) {
    return g.op("Slice", pixels, g.longs(-1), g.longs(Long.MIN_VALUE), g.longs(3), g.longs(-1));
  }

  private String backbone(TowerGraph g, String pixels) {
    List<String> inputs = new ArrayList<>();
    String x = pixels;
    for (Convolution c : shape.backbone().convolutions()) {
      inputs.add(x);
      x = convolution(g, x, c);
      if (c.activates()) {
        x = g.op("Clip", x, g.scalar(0f), g.scalar(RELU6));
      }
      if (c.residual() > 0) {
        x = g.op("Add", x, inputs.get(inputs.size() - 1 - c.residual()));
      }
    }
    return x;
  }

  private String convolution(TowerGraph g, String x, Convolution c) {
    String name = PhotographClipShape.BACKBONE + c.name();
    Map<String, Object> attributes =
        Map.of(
            "kernel_shape", new long[] {c.kernel(), c.kernel()},
            "strides", new long[] {c.stride(), c.stride()},
            "pads", new long[] {c.padBefore(), c.padBefore(), c.padAfter(), c.padAfter()},
            "group", (long) c.groups());
    return g.op(
        "Conv",
        attributes,
        x,
        weight(g, name + ".weight", c.weightShape()),
        weight(g, name + ".bias", c.out()));
  }

  /** Writes {@code input_ids} [B,L] to {@code text_embeds} [B,dimension]. */
  void writeText(Path file) {
    int width = PhotographClipShape.TEXT_WIDTH;
    TowerGraph g = new TowerGraph("text");
    String ids = g.integers("input_ids", "B", "L");
    String present = present(g, ids); // [B,L], 1 up to the end token
    String mask = g.op("Mul", g.op("Sub", present, g.scalar(1f)), g.scalar(-MASKED));
    mask = g.op("Unsqueeze", mask, g.longs(1, 2)); // [B,1,1,L]
    String x =
        g.op(
            "Add",
            g.op(
                "Gather",
                weight(g, PhotographClipShape.TOKENS, shape.vocabularySize(), width),
                ids),
            positions(g, ids));
    for (int i = 0; i < PhotographClipShape.TEXT_LAYERS; i++) {
      x = layer(g, x, mask, PhotographClipShape.LAYER + i);
    }
    x = norm(g, x, PhotographClipShape.FINAL_NORM);
    String count = g.op("ReduceSum", present, g.longs(1)); // [B,1]
    String share = g.op("Unsqueeze", g.op("Div", present, count), g.longs(2)); // [B,L,1]
    String mean = g.op("Squeeze", g.op("ReduceSum", g.op("Mul", x, share), g.longs(1)), g.longs(1));
    int dimension = PhotographClipShape.DIMENSION;
    g.output(
        "text_embeds",
        linear(g, mean, PhotographClipShape.TEXT_OUT, dimension, width),
        "B",
        dimension);
    g.write(file);
  }

  /** 1 for each token up to the first end token, 0 for what fills a row up behind it. */
  private static String present(TowerGraph g, String ids) {
    String isEnd = g.cast(g.op("Equal", ids, g.scalar((long) BytePairVocabulary.END)));
    String endsBefore = g.op("CumSum", Map.of("exclusive", 1L), isEnd, g.scalar(1L));
    return g.cast(g.op("Equal", endsBefore, g.scalar(0f)));
  }

  /** [L,width] of the position table. */
  private String positions(TowerGraph g, String ids) {
    String table =
        weight(
            g,
            PhotographClipShape.POSITIONS,
            PhotographClipShape.CONTEXT_LENGTH,
            PhotographClipShape.TEXT_WIDTH);
    String length = g.op("Gather", g.op("Shape", ids), g.longs(1));
    return g.op("Slice", table, g.longs(0), length, g.longs(0));
  }

  private String layer(TowerGraph g, String x, String mask, String name) {
    int width = PhotographClipShape.TEXT_WIDTH;
    String attended = g.op("Add", x, attention(g, norm(g, x, name + ".layer_norm1"), mask, name));
    String fed =
        affine(g, norm(g, attended, name + ".layer_norm2"), name + ".mlp.fc1", 4 * width, width);
    return g.op("Add", attended, affine(g, gelu(g, fed), name + ".mlp.fc2", width, 4 * width));
  }

  private String attention(TowerGraph g, String x, String mask, String name) {
    int width = PhotographClipShape.TEXT_WIDTH;
    int headWidth = width / PhotographClipShape.TEXT_HEADS;
    String query = heads(g, x, name + ".self_attn.q_proj", 0, 2, 1, 3);
    String key = heads(g, x, name + ".self_attn.k_proj", 0, 2, 3, 1);
    String value = heads(g, x, name + ".self_attn.v_proj", 0, 2, 1, 3);
    String scores =
        g.op("MatMul", g.op("Mul", query, g.scalar((float) Math.pow(headWidth, -0.5))), key);
    String shares = g.op("Softmax", Map.of("axis", -1L), g.op("Add", scores, mask));
    String mixed = transposed(g, g.op("MatMul", shares, value), 0, 2, 1, 3);
    return affine(
        g,
        g.op("Reshape", mixed, g.longs(0, 0, width)),
        name + ".self_attn.out_proj",
        width,
        width);
  }

  /** [B,L,width] -> [B,heads,L,headWidth], or with its last two dimensions the other way. */
  private String heads(TowerGraph g, String x, String name, long... order) {
    int width = PhotographClipShape.TEXT_WIDTH;
    int heads = PhotographClipShape.TEXT_HEADS;
    String apart =
        g.op("Reshape", affine(g, x, name, width, width), g.longs(0, 0, heads, width / heads));
    return transposed(g, apart, order);
  }

  private static String transposed(TowerGraph g, String x, long... order) {
    return g.op("Transpose", Map.of("perm", order), x);
  }

  private String norm(TowerGraph g, String x, String name) {
    int width = PhotographClipShape.TEXT_WIDTH;
    return g.op(
        "LayerNormalization",
        Map.of("epsilon", TransformerLayer.LayerNorm.EPS),
        x,
        weight(g, name + ".weight", width),
        weight(g, name + ".bias", width));
  }

  private String affine(TowerGraph g, String x, String name, int out, int in) {
    return g.op("Add", linear(g, x, name + ".weight", out, in), weight(g, name + ".bias", out));
  }

  private String linear(TowerGraph g, String x, String name, int out, int in) {
    return g.op("MatMul", x, transposed(g, weight(g, name, out, in), 1, 0));
  }

  /** x·(1 + erf(x/√2))/2. */
  private static String gelu(TowerGraph g, String x) {
    String erf = g.op("Erf", g.op("Mul", x, g.scalar((float) SQRT_HALF)));
    return g.op("Mul", g.op("Mul", x, g.scalar(0.5f)), g.op("Add", erf, g.scalar(1f)));
  }

  private String weight(TowerGraph g, String name, long... dimensions) {
    return g.weight(name, weights.apply(name), dimensions);
  }
}
