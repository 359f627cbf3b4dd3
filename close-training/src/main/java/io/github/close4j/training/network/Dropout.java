package io.github.close4j.training.network;

import io.github.close4j.training.torch.Tensors;
import io.github.close4j.training.torch.TorchRuntime;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Dropout of one probability, active only while training. What it drops is fixed by a seed, so that
 * a run can be resumed at any step.
 */
final class Dropout implements AutoCloseable {
  private final double probability;
  private final Generator generator = torch.createCPUGenerator(0);
  private final GeneratorOptional source = new GeneratorOptional(generator);
  private boolean active;

  Dropout(double probability) {
    this.probability = probability;
    generator.retainReference();
    source.retainReference();
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
      generator.set_current_seed(seed);
    }
  }

  Tensor apply(Tensor x) {
    if (!active || probability == 0) {
      return x;
    }
    if (x.is_cuda()) {
      return torch.dropout(x, probability, true);
    }
    Tensor kept = torch.empty_like(x).bernoulli_(1 - probability, source);
    Scalar scale = Tensors.scalar(1 / (1 - probability));
    // Rounded to bfloat16, the scale would make every activation a little smaller.
    return x.scalar_type() == ScalarType.Float ? x.mul(kept.mul_(scale)) : x.mul(kept).mul(scale);
  }

  /** Releases the generator. */
  @Override
  public void close() {
    source.releaseReference();
    generator.releaseReference();
  }
}
