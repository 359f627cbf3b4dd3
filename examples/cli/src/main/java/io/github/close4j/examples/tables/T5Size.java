package io.github.close4j.examples.tables;

import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.T5Config;

/** The three sizes of T5 in the study, which stand for T5 small, base and large. */
enum T5Size {
  SMALL(32, 1, 2),
  BASE(64, 2, 2),
  LARGE(128, 4, 2);

  private static final int HEAD_DIM = 32;

  private final int dModel;
  private final int heads;
  private final int layers;

  T5Size(int dModel, int heads, int layers) {
    this.dModel = dModel;
    this.heads = heads;
    this.layers = layers;
  }

  T5Config config() {
    return new T5Config(
        dModel,
        HEAD_DIM,
        heads,
        4 * dModel,
        Activation.RELU,
        false,
        layers,
        layers,
        SceneTokenizers.t5VocabularySizeForAllTasks(),
        32,
        128,
        1e-6f,
        0,
        1,
        T5Config.OutputHead.TIED);
  }
}
