package io.github.close4j.training.internal.network;

import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.internal.torch.Parameters;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** T5's multi-head attention: no biases, no scaling of scores. */
final class T5Attention {
  private final int heads;
  private final int headDim;
  private final Dropout dropout;
  private final Tensor query;
  private final Tensor key;
  private final Tensor value;
  private final Tensor out;

  T5Attention(T5Config config, Parameters parameters, String name, Dropout dropout) {
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
