package io.github.close4j.examples.clip;

import static io.github.close4j.training.internal.torch.Tensors.optional;
import static io.github.close4j.training.internal.torch.Tensors.scalar;

import io.github.close4j.training.internal.torch.Parameters;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** A pre-norm transformer layer with Hugging Face CLIP's parameter names. */
final class TransformerLayer {
  private final int width;
  private final int heads;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;
  private final Linear up;
  private final Linear down;

  TransformerLayer(
      Parameters parameters, String prefix, int width, int heads, int inner, int depth) {
    this.width = width;
    this.heads = heads;
    double in = Math.pow(width, -0.5);
    // Residual branches start small, the deeper the stack the smaller, as in CLIP's own code.
    double residual = in / Math.sqrt(2.0 * depth);
    norm1 = new LayerNorm(parameters, prefix + ".layer_norm1", width);
    norm2 = new LayerNorm(parameters, prefix + ".layer_norm2", width);
    query = new Linear(parameters, prefix + ".self_attn.q_proj", width, width, in);
    key = new Linear(parameters, prefix + ".self_attn.k_proj", width, width, in);
    value = new Linear(parameters, prefix + ".self_attn.v_proj", width, width, in);
    out = new Linear(parameters, prefix + ".self_attn.out_proj", width, width, residual);
    up = new Linear(parameters, prefix + ".mlp.fc1", width, inner, in / Math.sqrt(2));
    down = new Linear(parameters, prefix + ".mlp.fc2", inner, width, residual);
  }

  /** [B,S,width] -> [B,S,width]; {@code mask} [S,S] is added to the scores. */
  Tensor forward(Tensor x, @Nullable Tensor mask) {
    Tensor attended = x.add(attention(norm1.forward(x), mask));
    Tensor fed = down.forward(torch.gelu(up.forward(norm2.forward(attended))));
    return attended.add(fed);
  }

  private Tensor attention(Tensor x, @Nullable Tensor mask) {
    long batch = x.size(0);
    long length = x.size(1);
    Tensor weights = torch.cat(new TensorVector(query.weight, key.weight, value.weight), 0);
    Tensor biases = torch.cat(new TensorVector(query.bias, key.bias, value.bias), 0);
    Tensor qkv =
        torch
            .linear(x, weights, biases)
            .view(batch, length, 3, heads, width / heads)
            .permute(2, 0, 3, 1, 4);
    double scale = Math.pow((double) width / heads, -0.5);
    // Written out: the fused attention is far slower in bfloat16 on CPUs.
    Tensor scores = qkv.select(0, 0).mul(scalar(scale)).matmul(qkv.select(0, 1).transpose(-2, -1));
    if (mask != null) {
      scores = scores.add(mask.to(scores.scalar_type()));
    }
    Tensor mixed = scores.softmax(-1).matmul(qkv.select(0, 2));
    return out.forward(mixed.transpose(1, 2).reshape(batch, length, width));
  }

  /** A linear layer with bias. */
  private static final class Linear {
    final Tensor weight;
    final Tensor bias;

    Linear(Parameters parameters, String name, int in, int out, double stdDev) {
      weight = parameters.declare(name + ".weight", 0, stdDev, out, in);
      bias = parameters.declare(name + ".bias", 0, 0, out);
    }

    Tensor forward(Tensor x) {
      return torch.linear(x, weight, bias);
    }
  }

  /** A layer norm with gain and bias. */
  static final class LayerNorm {
    static final float EPS = 1e-5f;
    private final int width;
    private final Tensor weight;
    private final Tensor bias;

    LayerNorm(Parameters parameters, String name, int width) {
      this.width = width;
      weight = parameters.declare(name + ".weight", 1, 0, width);
      bias = parameters.declare(name + ".bias", 0, 0, width);
    }

    Tensor forward(Tensor x) {
      return torch.layer_norm(x, new long[] {width}, optional(weight), optional(bias), EPS, false);
    }
  }
}
