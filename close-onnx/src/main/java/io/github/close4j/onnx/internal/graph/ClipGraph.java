package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.model.ClipConfig;

/**
 * CLIP's two towers (Radford et al. 2021), with Hugging Face's tensor names.
 *
 * <p>Both return features that are not normalised, in 32-bit floats; all before is computed in the
 * type of products.
 */
final class ClipGraph implements ClipFeatureGraphs.Towers {
  private final ClipConfig config;
  private final String prefix;
  private final WeightBank weights;

  /** {@code prefix} stands before CLIP's tensor names in {@code weights}. */
  ClipGraph(ClipConfig config, String prefix, WeightBank weights) {
    this.config = config;
    this.prefix = prefix;
    this.weights = weights;
  }

  @Override
  public Value image(GraphBuilder g, Value pixels) {
    ClipConfig.Vision v = config.vision();
    String embeddings = prefix + "vision_model.embeddings.";
    long[] stride = {v.patchSize(), v.patchSize()};
    Value patches =
        g.node("Conv", g.narrow(pixels), g.narrowWeight(embeddings + "patch_embedding.weight"))
            .attribute("kernel_shape", stride)
            .attribute("strides", stride)
            .output(); // [B,hidden,e,e]
    Value rows = g.op("Reshape", patches, g.longs(0, v.hidden(), v.patches()));
    rows = g.transpose(rows, 0, 2, 1); // [B,patches,hidden]
    Value first =
        g.op("Reshape", g.narrowWeight(embeddings + "class_embedding"), g.longs(1, 1, v.hidden()));
    Value batch = g.dimension(pixels, 0);
    first = g.op("Expand", first, g.concat(0, batch, g.longs(1, v.hidden())));
    Value x = g.concat(1, first, rows); // [B,1+patches,hidden]
    x = g.op("Add", x, g.narrowWeight(embeddings + "position_embedding.weight"));
    // "layrnorm" is how Hugging Face's checkpoints spell it.
    x = Layers.layerNorm(g, x, prefix + "vision_model.pre_layrnorm", v.layerNormEps());
    Value pooled =
        new ClipLayers(
                prefix + "vision_model",
                v.layers(),
                v.heads(),
                v.hidden(),
                v.layerNormEps(),
                v.activation())
            .apply(
                g,
                x,
                Value.ABSENT,
                Value.ABSENT,
                all -> g.op("Slice", all, g.longs(0), g.longs(1), g.longs(1)),
                prefix + "vision_model.post_layernorm");
    return projected(g, pooled, "visual_projection.weight");
  }

  @Override
  public Value text(GraphBuilder g, Value ids) {
    ClipConfig.Text t = config.text();
    String embeddings = prefix + "text_model.embeddings.";
    Value length = g.dimension(ids, 1);
    Value positions =
        g.op(
            "Slice",
            g.narrowWeight(embeddings + "position_embedding.weight"),
            g.longs(0),
            length,
            g.longs(0));
    Value x = g.gather(g.narrowWeight(embeddings + "token_embedding.weight"), ids, 0);
    x = g.op("Add", x, positions); // [B,L,hidden]
    Value places = g.op("Range", g.scalar(0L), g.op("Squeeze", length), g.scalar(1L)); // [L]
    Value position = readingPosition(g, ids, places); // [B,1]
    Value pooled =
        new ClipLayers(
                prefix + "text_model",
                t.layers(),
                t.heads(),
                t.hidden(),
                t.layerNormEps(),
                t.activation())
            .apply(
                g,
                x,
                causalMask(g, length),
                maskAfter(g, position, places),
                all -> gatherRows(g, all, position),
                prefix + "text_model.final_layer_norm");
    return projected(g, pooled, "text_projection.weight");
  }

  /** [B,1,hidden] -> [B,projectionDim]. */
  private Value projected(GraphBuilder g, Value pooled, String projection) {
    return g.widen(g.linear(g.op("Squeeze", pooled, g.longs(1)), prefix + projection));
  }

  /** [1,1,L,L]: 0 up to the diagonal, {@link Layers#MASKED} after it. */
  private static Value causalMask(GraphBuilder g, Value length) {
    Value shape = g.concat(0, g.longs(1, 1), length, length);
    Value full = g.op("Expand", g.scalar(Layers.MASKED), shape);
    return g.narrow(g.node("Trilu", full, g.scalar(1L)).attribute("upper", 1).output());
  }

  /** [B,1,1,L]: 0 up to each text's position [B,1], {@link Layers#MASKED} after it. */
  private static Value maskAfter(GraphBuilder g, Value position, Value places) {
    Value later = g.op("Greater", places, position); // [B,L]
    Value mask = g.op("Where", later, g.scalar(Layers.MASKED), g.scalar(0f));
    return g.narrow(g.op("Unsqueeze", mask, g.longs(1, 2)));
  }

  /**
   * Token ids [B,L] -> the position [B,1] at which each text's vector is read: the first with the
   * wanted id. On a GPU ArgMax knows no integers, nor promises the first of several that are equal;
   * so it gets floats, and all that count are different.
   */
  private Value readingPosition(GraphBuilder g, Value ids, Value places) {
    Value wanted =
        switch (config.text().readAt()) {
          case END_TOKEN -> g.scalar((long) config.text().endTokenId());
          case HIGHEST_ID -> g.node("ReduceMax", ids, g.longs(1)).attribute("keepdims", 1).output();
        };
    Value earlier = g.op("Neg", g.cast(places, ElementType.FLOAT));
    Value rank = g.op("Where", g.op("Equal", ids, wanted), earlier, g.scalar(Layers.MASKED));
    return g.node("ArgMax", rank).attribute("axis", 1).attribute("keepdims", 1).output();
  }

  /** [B,L,hidden] at positions [B,1] -> [B,1,hidden]. */
  private static Value gatherRows(GraphBuilder g, Value x, Value position) {
    Value rows = g.node("GatherND", x, position).attribute("batch_dims", 1).output();
    return g.op("Unsqueeze", rows, g.longs(1));
  }

  @Override
  public void requireWeights() {
    ClipConfig.Vision v = config.vision();
    ClipConfig.Text t = config.text();
    String vision = prefix + "vision_model.";
    String text = prefix + "text_model.";
    int patch = v.patchSize();
    weights.require(vision + "embeddings.class_embedding", v.hidden());
    weights.require(vision + "embeddings.patch_embedding.weight", v.hidden(), 3, patch, patch);
    weights.require(vision + "embeddings.position_embedding.weight", v.patches() + 1, v.hidden());
    requireNorm(vision + "pre_layrnorm", v.hidden());
    requireNorm(vision + "post_layernorm", v.hidden());
    requireLayers(vision, v.layers(), v.hidden(), v.feedForward());
    weights.require(prefix + "visual_projection.weight", config.projectionDim(), v.hidden());
    weights.require(text + "embeddings.token_embedding.weight", t.vocabularySize(), t.hidden());
    weights.require(text + "embeddings.position_embedding.weight", t.contextLength(), t.hidden());
    requireNorm(text + "final_layer_norm", t.hidden());
    requireLayers(text, t.layers(), t.hidden(), t.feedForward());
    weights.require(prefix + "text_projection.weight", config.projectionDim(), t.hidden());
  }

  private void requireLayers(String tower, int layers, int hidden, int feedForward) {
    for (int layer = 0; layer < layers; layer++) {
      String name = tower + "encoder.layers." + layer;
      requireNorm(name + ".layer_norm1", hidden);
      requireNorm(name + ".layer_norm2", hidden);
      for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
        requireLinear(name + ".self_attn." + projection, hidden, hidden);
      }
      requireLinear(name + ".mlp.fc1", hidden, feedForward);
      requireLinear(name + ".mlp.fc2", feedForward, hidden);
    }
  }

  private void requireNorm(String name, int width) {
    weights.require(name + ".weight", width);
    weights.require(name + ".bias", width);
  }

  private void requireLinear(String name, int in, int out) {
    weights.require(name + ".weight", out, in);
    weights.require(name + ".bias", out);
  }
}
