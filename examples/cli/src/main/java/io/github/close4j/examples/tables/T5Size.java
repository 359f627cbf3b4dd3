package io.github.close4j.examples.tables;

import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.T5Config;

/** Three sizes of T5 in a study, which stand for T5 small, base and large. */
enum T5Size {
  SMALL,
  BASE,
  LARGE;

  private static final int HEAD_DIM = 32;
  private static final int LAYERS = 2;

  /** A small T5 of version 1.0: two layers on each side, {@code heads} times 32 wide. */
  static T5Config config(int heads, int vocabularySize) {
    int dModel = HEAD_DIM * heads;
    return new T5Config(
        dModel,
        HEAD_DIM,
        heads,
        4 * dModel,
        Activation.RELU,
        false,
        LAYERS,
        LAYERS,
        vocabularySize,
        32,
        128,
        1e-6f,
        0,
        1,
        T5Config.OutputHead.TIED);
  }
}
