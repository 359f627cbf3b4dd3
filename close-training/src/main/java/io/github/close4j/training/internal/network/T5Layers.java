package io.github.close4j.training.internal.network;

import static io.github.close4j.training.internal.torch.Tensors.optional;

import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.internal.torch.Parameters;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** T5's sublayers: each normalises its input and adds its result to it. */
final class T5Layers {
  private T5Layers() {}

  /** Root-mean-square norm with a gain. */
  static final class Norm {
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
  static final class AttentionLayer {
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

  /** The feed-forward: ReLU, or a GELU gate. */
  static final class FeedForward {
    private final Norm norm;
    private final Tensor up;
    private final @Nullable Tensor gated;
    private final Tensor down;
    private final Dropout dropout;

    FeedForward(T5Config config, Parameters parameters, String layer, Dropout dropout) {
      int d = config.dModel();
      int inner = config.feedForward();
      String dense = layer + ".DenseReluDense.";
      boolean isGated = config.activation() == T5Config.Activation.GATED_GELU;
      String first = isGated ? "wi_0.weight" : "wi.weight";
      up = parameters.declare(dense + first, 0, Math.pow(d, -0.5), inner, d);
      gated =
          isGated
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
      Tensor raised = torch.linear(h, up);
      return gated == null ? raised.relu() : torch.gelu(raised, "tanh").mul(torch.linear(h, gated));
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
}
