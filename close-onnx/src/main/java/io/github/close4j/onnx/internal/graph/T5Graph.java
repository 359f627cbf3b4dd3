package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.graph.DecodingLoop.Decoder;
import io.github.close4j.onnx.internal.model.T5Config;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * T5 (Raffel et al. 2020), with Hugging Face's tensor names.
 *
 * <p>In 16-bit floats T5 overflows: sums of its layers and what its feed-forward layers add to them
 * pass 65504 (huggingface/transformers#9295). So hidden states, norms, the last product of a
 * feed-forward layer and the logits are in 32-bit floats in every precision; attention, its
 * projections and the first products of a feed-forward layer are in the type of products.
 *
 * <p>Differs from the reference: Hugging Face's T5 in 16 bits keeps the last product of a
 * feed-forward layer in 32 bits and clamps hidden states; ours need no clamping.
 */
final class T5Graph implements EncoderDecoder {
  private final T5Config config;
  private final String prefix;
  private final WeightBank weights;

  /** {@code prefix} stands before T5's tensor names in {@code weights}. */
  T5Graph(T5Config config, String prefix, WeightBank weights) {
    this.config = config;
    this.prefix = prefix;
    this.weights = weights;
  }

  /** Keys and values of the encoder's output for every decoder layer. */
  private record CrossAttention(List<Value> keys, List<Value> values) {}

  /** Logits [N,T,vocabulary] of the new tokens, and the cache with them. */
  private record Tokens(Value logits, Decoder.Cache cache) {}

  @Override
  public Value embed(GraphBuilder g, Value ids) {
    return g.gather(g.weight(prefix + "shared.weight"), ids, 0);
  }

  @Override
  public Encoded encode(GraphBuilder g, Value embeddings, Value attended) {
    Value x = embeddings;
    Value bias = squareBias(g, g.dimension(x, 1), "encoder");
    if (!attended.isAbsent()) {
      bias = g.op("Add", bias, additiveMask(g, attended)); // [B,heads,S,S]
    }
    bias = g.narrow(bias);
    for (int layer = 0; layer < config.encoderLayers(); layer++) {
      String block = prefix + "encoder.block." + layer + ".layer.";
      Value h = g.narrow(norm(g, x, block + "0.layer_norm.weight"));
      List<Value> qkv = selfProjections(g, h, block + "0.SelfAttention.");
      Value read = attention(g, bias, qkv.get(0), qkv.get(1), qkv.get(2)).output(); // [B,S,inner]
      x = add(g, x, read, block + "0.SelfAttention.o.weight");
      x = feedForward(g, x, block + "1.");
    }
    return new Encoded(norm(g, x, prefix + "encoder.final_layer_norm.weight"), attended);
  }

  /** 0 for positions that count, {@link Layers#MASKED} for padding: [B,S] -> [B,1,1,S]. */
  private static Value additiveMask(GraphBuilder g, Value attended) {
    Value hidden = g.cast(g.op("Sub", g.scalar(1L), attended), ElementType.FLOAT);
    return g.op("Unsqueeze", g.op("Mul", hidden, g.scalar(Layers.MASKED)), g.longs(1, 2));
  }

  /** The mask for T queries an item, [B,1,T,S], or absent: only its first axes broadcast. */
  private static Value crossMask(GraphBuilder g, Value attended, Value queries) {
    if (attended.isAbsent()) {
      return Value.ABSENT;
    }
    Value shape = g.concat(0, g.longs(1, 1), queries, g.longs(1));
    return g.narrow(g.op("Expand", additiveMask(g, attended), shape));
  }

  @Override
  public Value logits(GraphBuilder g, Encoded encoded, Value ids) {
    Value length = g.dimension(ids, 1);
    return decode(
            g,
            ids,
            causalBias(g, length),
            emptyCache(g, g.dimension(encoded.hidden(), 0)),
            crossAttention(g, encoded.hidden()),
            crossMask(g, encoded.attended(), length),
            1)
        .logits();
  }

  @Override
  public Decoder decoder(GraphBuilder g, Encoded encoded, int hypotheses, Value maxNewTokens) {
    CrossAttention cross = crossAttention(g, encoded.hidden());
    Value mask = crossMask(g, encoded.attended(), g.longs(hypotheses));
    Value biases = stepBiases(g, maxNewTokens);
    Value rows = g.op("Mul", g.dimension(encoded.hidden(), 0), g.longs(hypotheses));
    return new Decoder() {
      @Override
      public Cache empty() {
        return emptyCache(g, rows);
      }

      @Override
      public Step step(GraphBuilder b, Value ids, Cache past) {
        Value bias = stepBias(b, biases, past);
        Tokens tokens = decode(b, ids, bias, past, cross, mask, hypotheses);
        return new Step(b.op("Squeeze", tokens.logits(), b.longs(1)), tokens.cache());
      }
    };
  }

  /** Hidden states [B,S,dModel] -> keys and values [B,heads,S,headDim], once a batch. */
  private CrossAttention crossAttention(GraphBuilder g, Value hidden) {
    Value read = g.narrow(hidden);
    List<Value> keys = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    for (int layer = 0; layer < config.decoderLayers(); layer++) {
      String attention = prefix + "decoder.block." + layer + ".layer.1.EncDecAttention.";
      keys.add(heads(g, g.linear(read, attention + "k.weight")));
      values.add(heads(g, g.linear(read, attention + "v.weight")));
    }
    return new CrossAttention(keys, values);
  }

  /**
   * Runs the decoder on new tokens.
   *
   * <p>The hypotheses of one item share its keys and values without a copy: in cross-attention they
   * stand on the query axis.
   *
   * @param ids new tokens [N,T], N = B · hypotheses; T is 1 where hypotheses is not
   * @param bias position bias (and causal mask) [1,heads,T,P+T], of the type of products
   * @param past the cache [N,heads,P,headDim]
   * @param cross the encoder's keys and values [B,heads,S,headDim]
   * @param crossMask added to cross scores, [B,1,hypotheses or T,S], of the type of products, or
   *     absent
   * @param hypotheses hypotheses an item
   */
  private Tokens decode(
      GraphBuilder g,
      Value ids,
      Value bias,
      Decoder.Cache past,
      CrossAttention cross,
      Value crossMask,
      int hypotheses) {
    Value x = embed(g, ids); // [N,T,dModel]
    List<Value> keys = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    for (int layer = 0; layer < config.decoderLayers(); layer++) {
      String block = prefix + "decoder.block." + layer + ".layer.";
      Value h = g.narrow(norm(g, x, block + "0.layer_norm.weight"));
      List<Value> qkv = selfProjections(g, h, block + "0.SelfAttention.");
      List<Value> self =
          attention(
                  g,
                  bias,
                  qkv.get(0),
                  qkv.get(1),
                  qkv.get(2),
                  past.values().get(layer),
                  past.values().get(config.decoderLayers() + layer))
              .outputs(3);
      keys.add(self.get(1));
      values.add(self.get(2));
      x = add(g, x, self.get(0), block + "0.SelfAttention.o.weight");

      h = g.narrow(norm(g, x, block + "1.layer_norm.weight"));
      Value query = g.linear(h, block + "1.EncDecAttention.q.weight"); // [N,T,inner]
      if (hypotheses > 1) {
        query = g.op("Reshape", query, g.longs(-1, hypotheses, config.inner())); // [B,K,inner]
      }
      Value attended =
          attention(g, crossMask, query, cross.keys().get(layer), cross.values().get(layer))
              .output();
      if (hypotheses > 1) {
        attended = g.op("Reshape", attended, g.longs(-1, 1, config.inner()));
      }
      x = add(g, x, attended, block + "1.EncDecAttention.o.weight");
      x = feedForward(g, x, block + "2.");
    }
    x = norm(g, x, prefix + "decoder.final_layer_norm.weight");
    keys.addAll(values);
    return new Tokens(outputHead(g, x), past.with(keys));
  }

  /** Normalised decoder output [N,T,dModel] -> logits [N,T,vocabulary]. */
  private Value outputHead(GraphBuilder g, Value x) {
    return switch (config.outputHead()) {
      case TIED -> {
        Value scaled = g.op("Mul", x, g.scalar((float) Math.pow(config.dModel(), -0.5)));
        yield g.wideLinear(scaled, prefix + "shared.weight");
      }
      case UNTIED -> g.wideLinear(x, prefix + "lm_head.weight");
    };
  }

  /** An empty cache for N rows, N an int64 tensor of one element: keys, then values. */
  private Decoder.Cache emptyCache(GraphBuilder g, Value rows) {
    Value empty = g.narrow(Decoder.emptyTensor(g, rows, config.heads(), config.headDim()));
    List<Value> values = Collections.nCopies(2 * config.decoderLayers(), empty);
    return new Decoder.Cache(values, g.productType(), config.heads(), config.headDim());
  }

  /**
   * Position bias of the decoder by the distance from query to key, 0..max-1, [1,heads,1,max]: what
   * every step reads a part of.
   */
  private Value stepBiases(GraphBuilder g, Value max) {
    Value distances = g.op("Range", g.scalar(0L), max, g.scalar(1L));
    Value rows = g.gather(g.weight(biasTable("decoder")), tableIndex(g, g.op("Neg", distances)), 0);
    Value bias = g.transpose(rows, 1, 0); // [heads,max]
    return g.narrow(g.op("Unsqueeze", bias, g.longs(0, 2)));
  }

  /**
   * The bias of one step out of {@link #stepBiases}, [1,heads,1,P+1]: the query at position P is at
   * distance P from key 0, and at 0 from its own. P is a shape, which a GPU's host knows: a number
   * that the GPU computed would have to be waited for in every step.
   */
  private Value stepBias(GraphBuilder g, Value biases, Decoder.Cache past) {
    Value position = g.dimension(past.values().get(0), 2);
    return g.op("Slice", biases, position, g.longs(Integer.MIN_VALUE), g.longs(3), g.longs(-1));
  }

  /** Position bias and causal mask of T tokens without a past: [1,heads,T,T]. */
  private Value causalBias(GraphBuilder g, Value length) {
    Value bias = squareBias(g, length, "decoder");
    Value full = g.op("Expand", g.scalar(Layers.MASKED), g.concat(0, length, length));
    Value later = g.node("Trilu", full, g.scalar(1L)).attribute("upper", 1).output();
    return g.narrow(g.op("Add", bias, later));
  }

  /** [1,heads,S,S], S = {@code length}. */
  private Value squareBias(GraphBuilder g, Value length, String stack) {
    Value range = g.op("Range", g.scalar(0L), g.op("Squeeze", length), g.scalar(1L));
    Value queries = g.op("Unsqueeze", range, g.longs(1));
    Value relative = g.op("Sub", range, queries); // [S,S]: key minus query
    Value bias = g.gather(g.weight(biasTable(stack)), tableIndex(g, relative), 0); // [S,S,heads]
    return g.op("Unsqueeze", g.transpose(bias, 2, 0, 1), g.longs(0));
  }

  private Value tableIndex(GraphBuilder g, Value relative) {
    long max = config.relativeMaxDistance();
    Value clipped = g.op("Clip", relative, g.scalar(-max), g.scalar(max));
    return g.op("Add", clipped, g.scalar(max));
  }

  /**
   * Bias by relative position instead of by bucket, [2·maxDistance+1, heads]. Beyond the maximum
   * distance there is one bucket, so the table covers every length.
   */
  private String biasTable(String stack) {
    String source =
        prefix + stack + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    return weights.derive(
        source + ".by_position_to_" + config.relativeMaxDistance(),
        () -> {
          FloatBuffer buckets = weights.get(source).values();
          int max = config.relativeMaxDistance();
          int heads = config.heads();
          FloatBuffer table = WeightBank.allocate((2 * max + 1) * heads);
          for (int relative = -max; relative <= max; relative++) {
            int bucket =
                stack.equals("encoder")
                    ? config.encoderBucket(relative)
                    : config.decoderBucket(relative);
            for (int head = 0; head < heads; head++) {
              table.put(buckets.get(bucket * heads + head));
            }
          }
          return new Weight(table.rewind(), new long[] {2L * max + 1, heads});
        });
  }

  /** Queries, keys and values [B,S,inner] by one product with the three matrices stacked. */
  private List<Value> selfProjections(GraphBuilder g, Value x, String attention) {
    return g.linears(
        x,
        attention + "qkv.weight",
        attention + "q.weight",
        attention + "k.weight",
        attention + "v.weight");
  }

  /** Attention without scaling of the scores; {@code bias} may be absent. */
  private Node attention(
      GraphBuilder g, Value bias, Value query, Value key, Value value, Value... past) {
    List<Value> inputs =
        new ArrayList<>(List.of(query, key, value, Value.ABSENT, Value.ABSENT, bias));
    inputs.addAll(List.of(past));
    return g.contrib("MultiHeadAttention", inputs.toArray(Value[]::new))
        .attribute("num_heads", config.heads())
        .attribute("scale", 1f);
  }

  /** {@code x + rows · weightᵀ}, the sum in 32-bit floats. */
  private static Value add(GraphBuilder g, Value x, Value rows, String weight) {
    return g.op("Add", x, g.widen(g.linear(rows, weight)));
  }

  private Value feedForward(GraphBuilder g, Value x, String layer) {
    Value h = g.narrow(norm(g, x, layer + "layer_norm.weight"));
    // Hugging Face names the module so whatever its activation.
    String dense = layer + "DenseReluDense.";
    String first = dense + (config.gated() ? "wi_0.weight" : "wi.weight");
    Value inner = g.widen(Layers.activate(g, config.activation(), g.linear(h, first)));
    if (config.gated()) {
      inner = g.op("Mul", inner, g.widen(g.linear(h, dense + "wi_1.weight")));
    }
    return g.op("Add", x, g.wideLinear(inner, dense + "wo.weight"));
  }

  private Value norm(GraphBuilder g, Value x, String weight) {
    return Layers.rmsNorm(g, x, weight, config.layerNormEps());
  }

  private Value heads(GraphBuilder g, Value x) {
    return Layers.splitHeads(g, x, config.heads(), config.headDim());
  }

  @Override
  public void requireWeights() {
    new T5Weights(config, prefix, weights).requireAll();
  }
}
