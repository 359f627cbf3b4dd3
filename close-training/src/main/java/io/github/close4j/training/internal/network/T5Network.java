package io.github.close4j.training.internal.network;

import static io.github.close4j.training.internal.torch.Tensors.optional;

import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** T5 (Raffel et al. 2020) on libtorch, with Hugging Face's parameter names. */
final class T5Network {
  /** Added to scores of padding and of later positions. */
  static final double MASKED = -1e9;

  private final T5Config config;
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
    Tensor bias = squareBias(encoderBias, inputs.size(1), config::encoderBucket);
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
    Tensor bias = squareBias(decoderBias, length, config::decoderBucket).add(later(length));
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

  /** Root-mean-square norm with a gain. */
  private static final class Norm {
    private final T5Config config;
    private final Tensor gain;

    Norm(T5Config config, Parameters parameters, String name) {
      this.config = config;
      this.gain = parameters.declare(name + ".weight", 1, 0, config.dModel());
    }

    Tensor forward(Tensor x) {
      long[] width = {config.dModel()};
      return torch.rms_norm(x, width, optional(gain), new DoubleOptional(config.layerNormEps()));
    }
  }

  /** Attention to itself or to the encoder's output. */
  private static final class AttentionLayer {
    private final Norm norm;
    private final Attention attention;
    private final Dropout dropout;

    AttentionLayer(
        T5Config config, Parameters parameters, String layer, String kind, Dropout dropout) {
      this.attention = new Attention(config, parameters, layer + "." + kind, dropout);
      this.norm = new Norm(config, parameters, layer + ".layer_norm");
      this.dropout = dropout;
    }

    Tensor toItself(Tensor x, Tensor bias) {
      Tensor h = norm.forward(x);
      return x.add(dropout.apply(attention.forward(h, h, bias)));
    }

    Tensor toSource(Tensor x, Tensor source, @Nullable Tensor bias) {
      return x.add(dropout.apply(attention.forward(norm.forward(x), source, bias)));
    }
  }

  /** The feed-forward, with a gate or without. */
  private static final class FeedForward {
    private final Activation activation;
    private final Norm norm;
    private final Tensor up;
    private final @Nullable Tensor gated;
    private final Tensor down;
    private final Dropout dropout;

    FeedForward(T5Config config, Parameters parameters, String layer, Dropout dropout) {
      int d = config.dModel();
      int inner = config.feedForward();
      String dense = layer + ".DenseReluDense.";
      activation = config.activation();
      String first = config.gated() ? "wi_0.weight" : "wi.weight";
      up = parameters.declare(dense + first, 0, Math.pow(d, -0.5), inner, d);
      gated =
          config.gated()
              ? parameters.declare(dense + "wi_1.weight", 0, Math.pow(d, -0.5), inner, d)
              : null;
      down = parameters.declare(dense + "wo.weight", 0, Math.pow(inner, -0.5), d, inner);
      norm = new Norm(config, parameters, layer + ".layer_norm");
      this.dropout = dropout;
    }

    Tensor forward(Tensor x) {
      Tensor inner = dropout.apply(inner(norm.forward(x)));
      return x.add(dropout.apply(torch.linear(inner, down)));
    }

    private Tensor inner(Tensor h) {
      Tensor raised = activate(torch.linear(h, up));
      return gated == null ? raised : raised.mul(torch.linear(h, gated));
    }

    private Tensor activate(Tensor x) {
      return switch (activation) {
        case RELU -> x.relu();
        case GELU -> torch.gelu(x);
        case GELU_TANH -> torch.gelu(x, "tanh");
        case QUICK_GELU -> x.mul(x.mul(new Scalar(1.702)).sigmoid());
        case SILU -> torch.silu(x);
      };
    }
  }

  /** T5's multi-head attention: no biases, no scaling of scores. */
  private static final class Attention {
    private final int heads;
    private final int headDim;
    private final Dropout dropout;
    private final Tensor query;
    private final Tensor key;
    private final Tensor value;
    private final Tensor out;

    Attention(T5Config config, Parameters parameters, String name, Dropout dropout) {
      this.heads = config.heads();
      this.headDim = config.headDim();
      this.dropout = dropout;
      int d = config.dModel();
      int inner = config.inner();
      // Initial spreads as in Hugging Face's T5PreTrainedModel._init_weights, with its factor 1.
      double in = Math.pow(d, -0.5);
      query = parameters.declare(name + ".q.weight", 0, in * Math.pow(headDim, -0.5), inner, d);
      key = parameters.declare(name + ".k.weight", 0, in, inner, d);
      value = parameters.declare(name + ".v.weight", 0, in, inner, d);
      out = parameters.declare(name + ".o.weight", 0, Math.pow(inner, -0.5), d, inner);
    }

    /** Queries from x [N,T,d], keys and values from source [N,S,d], bias [·,·,T or 1,S] added. */
    Tensor forward(Tensor x, Tensor source, @Nullable Tensor bias) {
      Tensor scores =
          split(torch.linear(x, query)).matmul(split(torch.linear(source, key)).transpose(-2, -1));
      if (bias != null) {
        scores = scores.add(bias);
      }
      Tensor weights = dropout.apply(scores.softmax(-1));
      Tensor mixed = weights.matmul(split(torch.linear(source, value)));
      long length = x.size(1);
      Tensor joined = mixed.transpose(1, 2).reshape(x.size(0), length, (long) heads * headDim);
      return torch.linear(joined, out);
    }

    private Tensor split(Tensor x) {
      return x.view(x.size(0), x.size(1), heads, headDim).transpose(1, 2);
    }
  }

  /**
   * Dropout of one probability, active only while training. What it drops is fixed by a seed, so
   * that a run can be resumed at any step.
   *
   * <p>On the processor, masks are drawn here, four elements to 64 bits, so that a probability is
   * one of 65 536. libtorch's generator takes 64 bits for each, one element after the other.
   */
  static final class Dropout {
    private static final int LEVELS = 1 << Short.SIZE;
    private static final int DRAWS_A_LONG = Long.SIZE / Short.SIZE;

    /** 1 as bfloat16: the upper half of the float. */
    private static final short ONE = (short) (Float.floatToRawIntBits(1f) >>> Short.SIZE);

    private final double probability;
    private final int dropped;
    private final float scale;
    private SplittableRandom random = new SplittableRandom(0);
    private long bits;
    private boolean active;

    Dropout(double probability) {
      this.probability = probability;
      this.dropped = (int) Math.round(probability * LEVELS);
      this.scale = (float) (1 / (1 - probability));
    }

    double probability() {
      return probability;
    }

    void setActive(boolean active) {
      this.active = active;
    }

    void seed(long seed) {
      if (TorchRuntime.usesCuda()) {
        torch.cuda_manual_seed(seed);
      } else {
        random = new SplittableRandom(seed);
      }
    }

    Tensor apply(Tensor x) {
      if (!active || probability == 0) {
        return x;
      }
      if (x.is_cuda()) {
        return torch.dropout(x, probability, true);
      }
      int size = Math.toIntExact(x.numel());
      long[] shape = Tensors.shape(x);
      if (x.scalar_type() == ScalarType.Float) {
        return x.mul(Tensors.of(scaledMask(size), shape));
      }
      // Rounded to bfloat16, a scale in the mask would make every activation a little smaller.
      return x.mul(Tensors.ofBfloat16(mask(size), shape)).mul_(Tensors.scalar(scale));
    }

    /** The scale, or 0 where an element is dropped. */
    private float[] scaledMask(int size) {
      float[] mask = new float[size];
      for (int i = 0; i < size; i++) {
        mask[i] = keeps(i) ? scale : 0;
      }
      return mask;
    }

    /** 1, or 0 where an element is dropped, as bfloat16. */
    private short[] mask(int size) {
      short[] mask = new short[size];
      for (int i = 0; i < size; i++) {
        mask[i] = keeps(i) ? ONE : 0;
      }
      return mask;
    }

    /** Draws whether a mask's element is kept; to be asked once for each, from 0 upwards. */
    private boolean keeps(int element) {
      bits = element % DRAWS_A_LONG == 0 ? random.nextLong() : bits >>> Short.SIZE;
      return (bits & (LEVELS - 1)) >= dropped;
    }
  }
}
