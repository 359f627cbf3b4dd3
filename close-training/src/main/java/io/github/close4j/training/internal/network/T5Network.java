package io.github.close4j.training.internal.network;

import io.github.close4j.onnx.internal.model.RelativePositions;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.internal.network.T5Layers.AttentionLayer;
import io.github.close4j.training.internal.network.T5Layers.FeedForward;
import io.github.close4j.training.internal.network.T5Layers.Norm;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** T5 (Raffel et al. 2020) on libtorch, with Hugging Face's parameter names. */
final class T5Network {
  /** Added to scores of padding and of later positions. */
  static final double MASKED = -1e9;

  private final T5Config config;
  private final RelativePositions positions;
  private final Dropout dropout;
  private final Tensor shared;
  private final List<AttentionLayer> encoderAttention = new ArrayList<>();
  private final List<FeedForward> encoderFeedForward = new ArrayList<>();
  private final Tensor encoderBias;
  private final Norm encoderNorm;
  private final List<AttentionLayer> decoderAttention = new ArrayList<>();
  private final List<AttentionLayer> crossAttention = new ArrayList<>();
  private final List<FeedForward> decoderFeedForward = new ArrayList<>();
  private final Tensor decoderBias;
  private final Norm decoderNorm;
  private final @Nullable Tensor untiedHead;

  T5Network(T5Config config, Parameters parameters, Dropout dropout) {
    this.config = config;
    this.positions = new RelativePositions(config);
    this.dropout = dropout;
    shared = parameters.declare("shared.weight", 0, 1, config.vocabularySize(), config.dModel());
    for (int i = 0; i < config.encoderLayers(); i++) {
      String layer = "encoder.block." + i + ".layer.";
      encoderAttention.add(
          new AttentionLayer(config, parameters, layer + 0, "SelfAttention", dropout));
      encoderFeedForward.add(new FeedForward(config, parameters, layer + 1, dropout));
    }
    encoderBias = relativeBias(parameters, "encoder");
    encoderNorm = new Norm(config, parameters, "encoder.final_layer_norm");
    for (int i = 0; i < config.decoderLayers(); i++) {
      String layer = "decoder.block." + i + ".layer.";
      decoderAttention.add(
          new AttentionLayer(config, parameters, layer + 0, "SelfAttention", dropout));
      crossAttention.add(
          new AttentionLayer(config, parameters, layer + 1, "EncDecAttention", dropout));
      decoderFeedForward.add(new FeedForward(config, parameters, layer + 2, dropout));
    }
    decoderBias = relativeBias(parameters, "decoder");
    decoderNorm = new Norm(config, parameters, "decoder.final_layer_norm");
    untiedHead =
        config.outputHead() == T5Config.OutputHead.UNTIED
            ? parameters.declare("lm_head.weight", 0, 1, config.vocabularySize(), config.dModel())
            : null;
  }

  private Tensor relativeBias(Parameters parameters, String stack) {
    return parameters.declare(
        stack + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight",
        0,
        Math.pow(config.dModel(), -0.5),
        config.relativeBuckets(),
        config.heads());
  }

  /** Token ids [B,L] -> embeddings [B,L,dModel], not scaled. */
  Tensor embed(Tensor ids) {
    return torch.embedding(shared, ids);
  }

  /** Inputs [B,S,dModel] -> hidden states; {@code mask} [B,1,1,S] is added to scores. */
  Tensor encode(Tensor inputs, @Nullable Tensor mask) {
    Tensor bias = squareBias(encoderBias, inputs.size(1), positions::encoderBucket);
    if (mask != null) {
      bias = bias.add(mask);
    }
    Tensor x = dropout.apply(inputs);
    for (int i = 0; i < config.encoderLayers(); i++) {
      x = encoderAttention.get(i).toItself(x, bias);
      x = encoderFeedForward.get(i).forward(x);
    }
    return dropout.apply(encoderNorm.forward(x));
  }

  /** Encoder output [N,S,dModel] and what was said so far [N,T] -> hidden states [N,T,dModel]. */
  Tensor decode(Tensor hidden, @Nullable Tensor mask, Tensor ids) {
    long length = ids.size(1);
    Tensor bias = squareBias(decoderBias, length, positions::decoderBucket).add(later(length));
    Tensor x = dropout.apply(embed(ids));
    for (int i = 0; i < config.decoderLayers(); i++) {
      x = decoderAttention.get(i).toItself(x, bias);
      x = crossAttention.get(i).toSource(x, hidden, mask);
      x = decoderFeedForward.get(i).forward(x);
    }
    return dropout.apply(decoderNorm.forward(x));
  }

  /** Hidden states [...,dModel] -> logits [...,vocabulary]. */
  Tensor head(Tensor x) {
    return untiedHead == null
        ? torch.linear(x.mul(Tensors.scalar(Math.pow(config.dModel(), -0.5))), shared)
        : torch.linear(x, untiedHead);
  }

  /** A large negative number where the key comes after the query: [T,T]. */
  private static Tensor later(long size) {
    int length = (int) size;
    float[] mask = new float[length * length];
    for (int query = 0; query < length; query++) {
      Arrays.fill(mask, query * length + query + 1, (query + 1) * length, (float) MASKED);
    }
    return Tensors.of(mask, length, length);
  }

  /** [1,heads,S,S] by the bucket of key minus query. */
  private Tensor squareBias(Tensor weights, long size, IntUnaryOperator bucket) {
    int length = (int) size;
    long[] buckets = new long[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        buckets[query * length + key] = bucket.applyAsInt(key - query);
      }
    }
    Tensor index = Tensors.of(buckets, length, length);
    return torch.embedding(weights, index).permute(2, 0, 1).unsqueeze(0);
  }
}
