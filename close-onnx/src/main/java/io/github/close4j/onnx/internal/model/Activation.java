package io.github.close4j.onnx.internal.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a feed-forward applies to every element between its two products. */
public enum Activation {
  /** {@code max(x, 0)}. */
  RELU("relu"),
  /** {@code x · Φ(x)} with the error function. */
  GELU("gelu", "gelu_python"),
  /** {@code x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2}, an approximation of GELU. */
  GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"),
  /** {@code x · sigmoid(1.702 x)}, OpenAI's approximation of GELU. */
  QUICK_GELU("quick_gelu"),
  /** {@code x · sigmoid(x)}. */
  SILU("silu", "swish");

  /** Names in transformers' {@code ACT2FN}; those of one constant differ by rounding alone. */
  private final List<String> names;

  Activation(String... names) {
    this.names = List.of(names);
  }

  /**
   * The activation that transformers knows by a name.
   *
   * @param name such as {@code gelu_new}
   * @return the activation; empty if it is none of these
   */
  public static Optional<Activation> named(String name) {
    return Arrays.stream(values()).filter(value -> value.names.contains(name)).findFirst();
  }

  /** All names of transformers that are known here, in a fixed order. */
  public static List<String> allNames() {
    return Arrays.stream(values()).flatMap(value -> value.names.stream()).toList();
  }
}
