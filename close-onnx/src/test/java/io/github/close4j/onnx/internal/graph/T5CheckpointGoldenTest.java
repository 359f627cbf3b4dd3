package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.internal.checkpoint.T5Checkpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T5's logits against transformers', for both versions of T5, padded texts included. */
final class T5CheckpointGoldenTest {
  private static final float TOLERANCE = 1e-3f;

  @ParameterizedTest
  @ValueSource(strings = {"t5-v10", "t5-v11"})
  void logitsAreThoseOfTransformers(String name) {
    T5Checkpoint checkpoint = T5Checkpoint.open(Checkpoints.path(name));
    Safetensors golden = Checkpoints.golden();
    float[] logits =
        T5Logits.of(
            checkpoint,
            golden.tensor(name + "/ids"),
            golden.tensor(name + "/mask"),
            golden.tensor(name + "/decoder_ids"));
    assertArrayEquals(golden.tensor(name + "/logits").toFloatArray(), logits, TOLERANCE);
  }
}
