package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.model.T5Config;
import java.util.function.BiConsumer;

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
   * Visits the name and shape of each tensor that a T5 has. A configuration may state more layers
   * than memory has room for names, so they are told one by one.
   *
   * @param config its dimensions
   * @param visitor told of each; may end the visit by an exception
   */
  public static void forEach(T5Config config, BiConsumer<String, long[]> visitor) {
    long vocabulary = config.vocabularySize();
    visitor.accept("shared.weight", new long[] {vocabulary, config.dModel()});
    if (config.outputHead() == T5Config.OutputHead.UNTIED) {
      visitor.accept("lm_head.weight", new long[] {vocabulary, config.dModel()});
    }
    visitStack(visitor, config, "encoder", config.encoderLayers());
    visitStack(visitor, config, "decoder", config.decoderLayers());
  }

  /**
   * Checks every tensor's shape, so that a wrong file is refused by name when it is opened.
   *
   * @throws io.github.close4j.UnusableFileException if one is missing or misshapen
   */
  public void requireAll() {
    forEach(config, (name, shape) -> weights.require(prefix + name, shape));
  }

  private static void visitStack(
      BiConsumer<String, long[]> visitor, T5Config config, String stack, int layers) {
    visitor.accept(
        stack + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight",
        new long[] {config.relativeBuckets(), config.heads()});
    visitor.accept(stack + ".final_layer_norm.weight", new long[] {config.dModel()});
    boolean isDecoder = stack.equals("decoder");
    for (int layer = 0; layer < layers; layer++) {
      String block = stack + ".block." + layer + ".layer.";
      visitAttention(visitor, config, block + "0.", "SelfAttention.");
      if (isDecoder) {
        visitAttention(visitor, config, block + "1.", "EncDecAttention.");
      }
      visitFeedForward(visitor, config, block + (isDecoder ? "2." : "1."));
    }
  }

  private static void visitAttention(
      BiConsumer<String, long[]> visitor, T5Config config, String layer, String attention) {
    visitor.accept(layer + "layer_norm.weight", new long[] {config.dModel()});
    for (String projection : new String[] {"q", "k", "v"}) {
      visitor.accept(
          layer + attention + projection + ".weight", new long[] {config.inner(), config.dModel()});
    }
    visitor.accept(layer + attention + "o.weight", new long[] {config.dModel(), config.inner()});
  }

  private static void visitFeedForward(
      BiConsumer<String, long[]> visitor, T5Config config, String layer) {
    visitor.accept(layer + "layer_norm.weight", new long[] {config.dModel()});
    String[] raising = config.gated() ? new String[] {"wi_0", "wi_1"} : new String[] {"wi"};
    for (String up : raising) {
      visitor.accept(
          layer + "DenseReluDense." + up + ".weight",
          new long[] {config.feedForward(), config.dModel()});
    }
    visitor.accept(
        layer + "DenseReluDense.wo.weight", new long[] {config.dModel(), config.feedForward()});
  }
}
