package io.github.close4j.examples.clip;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.training.internal.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A running mean of weights that are being trained (Polyak averaging): {@code mean ← mean + (1 − d)
 * · (weight − mean)}, with a {@code d} that begins small, so that the first weights, which are
 * random, are soon forgotten.
 */
final class AveragedWeights implements AutoCloseable {
  private static final String PREFIX = "average.";
  private static final double WARM_UP_STEPS = 10;

  private final double decay;
  private final Map<String, Tensor> weights;
  private final Map<String, Tensor> means = new LinkedHashMap<>();

  AveragedWeights(Map<String, Tensor> weights, double decay) {
    this.weights = weights;
    this.decay = decay;
    weights.forEach(
        (name, weight) -> {
          Tensor mean = weight.detach().clone();
          mean.retainReference();
          means.put(name, mean);
        });
  }

  /** Takes the weights after a step in. */
  @SuppressWarnings("try") // the guard turns gradients off within it
  void add(int step) {
    double share = 1 - Math.min(decay, step / (step + WARM_UP_STEPS));
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      means.forEach((name, mean) -> mean.lerp_(weights.get(name), Tensors.scalar(share)));
    }
  }

  float[] get(String name) {
    Tensor mean = means.get(name);
    if (mean == null) {
      throw new IllegalArgumentException("no weight named '" + name + "'");
    }
    return Tensors.toFloats(mean);
  }

  void addTo(Safetensors.Writer writer) {
    means.forEach(
        (name, mean) ->
            writer.add(PREFIX + name, Tensors.shape(mean), () -> Tensors.toFloats(mean)));
  }

  void load(TensorSource file) {
    means.forEach((name, mean) -> Tensors.set(mean, Tensors.stored(file, PREFIX + name, mean)));
  }

  @Override
  public void close() {
    means.values().forEach(Tensor::releaseReference);
    means.clear();
  }
}
