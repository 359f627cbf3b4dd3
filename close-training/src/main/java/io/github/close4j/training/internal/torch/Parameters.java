package io.github.close4j.training.internal.torch;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;

/**
 * The trainable tensors of a network by their names in the checkpoint. A network declares each of
 * them once, at construction; they live as long as this object.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Source source;

  /** Where the first value of a parameter comes from. */
  @FunctionalInterface
  private interface Source {
    Tensor tensor(String name, double mean, double stdDev, long[] shape);
  }

  private Parameters(Source source) {
    this.source = source;
  }

  /** Parameters drawn from normal distributions; a draw depends on the seed and its name alone. */
  public static Parameters random(long seed) {
    return new Parameters(
        (name, mean, stdDev, shape) -> {
          RandomGenerator random = new SplittableRandom(seed * 31 + name.hashCode());
          float[] values = new float[elements(shape)];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + (stdDev == 0 ? 0 : stdDev * random.nextGaussian()));
          }
          return Tensors.of(values, shape);
        });
  }

  /** Parameters read from a file; the distributions in declarations are then ignored. */
  public static Parameters stored(TensorSource file) {
    return new Parameters(
        (name, mean, stdDev, shape) -> Tensors.of(Tensors.stored(file, name, shape), shape));
  }

  /**
   * Parameters that share their values, but not their gradients, with others: for computing on
   * several threads at once.
   */
  public static Parameters sharing(Parameters original) {
    return new Parameters(
        (name, mean, stdDev, shape) -> {
          Tensor shared = original.tensors.get(name);
          if (shared == null) {
            throw new IllegalArgumentException(
                "parameter '%s': expected it in the network that shares, found none among %d"
                    .formatted(name, original.tensors.size()));
          }
          return shared.detach();
        });
  }

  /**
   * Declares a parameter.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Tensor declare(String name, double mean, double stdDev, long... shape) {
    if (tensors.containsKey(name)) {
      throw new IllegalArgumentException("a second parameter named '" + name + "'");
    }
    Tensor tensor = source.tensor(name, mean, stdDev, shape);
    tensor.set_requires_grad(true);
    tensor.retainReference();
    tensors.put(name, tensor);
    return tensor;
  }

  /** All parameters. */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Number of trainable values. */
  public long count() {
    return tensors.values().stream().mapToLong(Tensor::numel).sum();
  }

  /** Adds the values, as they are when the file is written. */
  public void addTo(Safetensors.Writer writer) {
    tensors.forEach(
        (name, tensor) -> writer.add(name, Tensors.shape(tensor), () -> Tensors.toFloats(tensor)));
  }

  /** Releases the tensors; the network that declared them must not be used afterwards. */
  @Override
  public void close() {
    tensors.values().forEach(Tensor::releaseReference);
    tensors.clear();
  }

  private static int elements(long[] shape) {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }
}
