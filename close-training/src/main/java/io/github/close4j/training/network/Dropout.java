package io.github.close4j.training.network;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Dropout of one probability, active only while training. */
final class Dropout {
  private final double probability;
  private boolean active;

  Dropout(double probability) {
    this.probability = probability;
  }

  void setActive(boolean active) {
    this.active = active;
  }

  Tensor apply(Tensor x) {
    return active && probability > 0 ? torch.dropout(x, probability, true) : x;
  }
}
