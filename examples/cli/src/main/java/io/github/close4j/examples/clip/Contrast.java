package io.github.close4j.examples.clip;

import io.github.close4j.training.internal.torch.Tensors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * CLIP's symmetric contrastive loss (Radford et al. 2021, figure 3): each of two lists of vectors
 * is asked which of the other list's is its own.
 *
 * @param loss the mean of both cross-entropies []
 * @param accuracy share of the first list's vectors whose own is the nearest []
 */
record Contrast(Tensor loss, Tensor accuracy) {

  /** Vectors [n,d] of any norm; {@code scale} multiplies their cosines. */
  static Contrast of(Tensor vectors, Tensor others, Tensor scale) {
    long count = vectors.size(0);
    Tensor logits = unit(vectors).matmul(unit(others).t()).mul(scale);
    Tensor own = Tensors.of(LongStream.range(0, count).toArray(), count);
    Tensor loss =
        torch
            .cross_entropy(logits, own)
            .add(torch.cross_entropy(logits.t(), own))
            .mul(Tensors.scalar(0.5));
    Tensor nearest = logits.argmax(new LongOptional(1), false);
    return new Contrast(loss, nearest.eq(own).to(ScalarType.Float).mean());
  }

  /** Rows one after the other. */
  static Tensor joined(Stream<Tensor> parts) {
    return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
  }

  /** Rows of norm 1. */
  private static Tensor unit(Tensor x) {
    return x.div(x.mul(x).sum(new long[] {-1}, true, new ScalarTypeOptional()).sqrt());
  }
}
