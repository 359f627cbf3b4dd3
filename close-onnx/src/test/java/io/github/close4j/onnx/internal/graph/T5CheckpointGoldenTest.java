package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.internal.checkpoint.T5Checkpoint;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.util.Map;
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
    Map<String, InputTensor> inputs =
        Map.of(
            "ids", InputTensor.of(golden.tensor(name + "/ids").toLongArray(), 12, 40),
            "mask", InputTensor.of(golden.tensor(name + "/mask").toLongArray(), 12, 40),
            "decoder_ids",
                InputTensor.of(golden.tensor(name + "/decoder_ids").toLongArray(), 12, 9));
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      float[] logits =
          sessions
              .get("logits", () -> graph(checkpoint))
              .run(inputs, outputs -> outputs.floats("logits"));
      assertArrayEquals(golden.tensor(name + "/logits").toFloatArray(), logits, TOLERANCE);
    }
  }

  private static GraphModel graph(T5Checkpoint checkpoint) {
    WeightBank weights = new WeightBank().add(CaptionGraph.T5, checkpoint.weights());
    T5Graph t5 = new T5Graph(checkpoint.config(), CaptionGraph.T5, weights);
    GraphBuilder g = new GraphBuilder("t5", weights);
    Value ids = g.input("ids", ElementType.INT64, "B", "L");
    Value mask = g.input("mask", ElementType.INT64, "B", "L");
    Value decoderIds = g.input("decoder_ids", ElementType.INT64, "B", "T");
    EncoderDecoder.Encoded encoded = t5.encode(g, t5.embed(g, ids), mask);
    g.output("logits", t5.logits(g, encoded, decoderIds), ElementType.FLOAT, "B", "T", 64);
    return g.model();
  }
}
