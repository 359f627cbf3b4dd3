package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.model.T5Config;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The tensors of a T5 under Hugging Face's names. */
public final class T5Weights {
  private final T5Config config;
  private final String prefix;
  private final WeightBank weights;

  /**
   * The tensors of one T5.
   *
   * @param config its dimensions
   * @param prefix what stands before its tensors' names in {@code weights}
   * @param weights where they are
   */
  public T5Weights(T5Config config, String prefix, WeightBank weights) {
    this.config = config;
    this.prefix = prefix;
    this.weights = weights;
  }

  /**
   * Names of the tensors that a T5 has.
   *
   * @param config its dimensions
   * @return a new set
   */
  public static Set<String> names(T5Config config) {
    return shapes(config).keySet();
  }

  /**
   * Checks every tensor's shape, so that a wrong file is refused by name when it is opened.
   *
   * @throws io.github.close4j.onnx.weights.ModelFileException if one is missing or misshapen
   */
  public void requireAll() {
    shapes(config).forEach((name, shape) -> weights.require(prefix + name, shape));
  }

  private static Map<String, long[]> shapes(T5Config config) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("shared.weight", new long[] {config.vocabularySize(), config.dModel()});
    if (config.outputHead() == T5Config.OutputHead.UNTIED) {
      shapes.put("lm_head.weight", new long[] {config.vocabularySize(), config.dModel()});
    }
    addStack(shapes, config, "encoder", config.encoderLayers());
    addStack(shapes, config, "decoder", config.decoderLayers());
    return shapes;
  }

  private static void addStack(
      Map<String, long[]> shapes, T5Config config, String stack, int layers) {
    shapes.put(
        stack + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight",
        new long[] {config.relativeBuckets(), config.heads()});
    shapes.put(stack + ".final_layer_norm.weight", new long[] {config.dModel()});
    boolean isDecoder = stack.equals("decoder");
    for (int layer = 0; layer < layers; layer++) {
      String block = stack + ".block." + layer + ".layer.";
      addAttention(shapes, config, block + "0.", "SelfAttention.");
      if (isDecoder) {
        addAttention(shapes, config, block + "1.", "EncDecAttention.");
      }
      addFeedForward(shapes, config, block + (isDecoder ? "2." : "1."));
    }
  }

  private static void addAttention(
      Map<String, long[]> shapes, T5Config config, String layer, String attention) {
    shapes.put(layer + "layer_norm.weight", new long[] {config.dModel()});
    for (String projection : new String[] {"q", "k", "v"}) {
      shapes.put(
          layer + attention + projection + ".weight", new long[] {config.inner(), config.dModel()});
    }
    shapes.put(layer + attention + "o.weight", new long[] {config.dModel(), config.inner()});
  }

  private static void addFeedForward(Map<String, long[]> shapes, T5Config config, String layer) {
    shapes.put(layer + "layer_norm.weight", new long[] {config.dModel()});
    String[] raising =
        switch (config.activation()) {
          case RELU -> new String[] {"wi"};
          case GATED_GELU -> new String[] {"wi_0", "wi_1"};
        };
    for (String up : raising) {
      shapes.put(
          layer + "DenseReluDense." + up + ".weight",
          new long[] {config.feedForward(), config.dModel()});
    }
    shapes.put(
        layer + "DenseReluDense.wo.weight", new long[] {config.dModel(), config.feedForward()});
  }
}
