package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CLIP's vectors against transformers'. */
class ClipGraphGoldenTest {
  private static final float TOLERANCE = 1e-4f;
  private static final double LEAST_COSINE = 0.99999;
  private static final int COUNT = 8;

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {"QUICK_GELU", "GELU"})
  void vectorsAreThoseOfTransformers(Activation activation) {
    Safetensors cases = TinyModel.golden(temporary, "clip-cases.safetensors");
    ClipFeatureGraphs graphs =
        new ClipFeatureGraphs(TinyModel.clip(activation), TinyModel.weights(temporary));
    graphs.requireWeights();
    String name = activation.name().toLowerCase(Locale.ROOT);
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      InputTensor pixels = InputTensor.of(cases.tensor("pixels").toFloatArray(), COUNT, 3, 32, 32);
      InputTensor ids = InputTensor.of(TinyModel.longs(cases.tensor("text_ids")), COUNT, 16);
      float[] images =
          sessions
              .get("images", graphs::images)
              .run(Map.of("pixels", pixels), o -> o.floats("features"));
      float[] texts =
          sessions.get("texts", graphs::texts).run(Map.of("ids", ids), o -> o.floats("features"));
      assertSameRows(cases.tensor(name + ".image").toFloatArray(), images);
      assertSameRows(cases.tensor(name + ".text").toFloatArray(), texts);
    }
  }

  private static void assertSameRows(float[] expected, float[] found) {
    assertArrayEquals(expected, found, TOLERANCE);
    for (int row = 0; row < COUNT; row++) {
      double product = 0;
      double one = 0;
      double other = 0;
      for (int i = row * TinyModel.CLIP_DIM; i < (row + 1) * TinyModel.CLIP_DIM; i++) {
        product += (double) expected[i] * found[i];
        one += (double) expected[i] * expected[i];
        other += (double) found[i] * found[i];
      }
      double cosine = product / Math.sqrt(one * other);
      assertTrue(cosine >= LEAST_COSINE, "row " + row + ": cosine " + cosine);
    }
  }
}
