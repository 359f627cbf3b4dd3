package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.onnx.GoldenCaptions;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T5's logits, and every way of decoding, against transformers and a plain beam search. */
class CaptionGraphGoldenTest {
  private static final float LOGIT_TOLERANCE = 1e-3f;

  /** A sum of up to 20 log-probabilities, written with five digits. */
  private static final double SCORE_TOLERANCE = 1e-4;

  private static final int LOGIT_ROWS = 8;

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "projection",
        "projection-text",
        "split-text",
        "constants-projection",
        "constants-split-text"
      })
  void logitsAreThoseOfTransformers(String kind) {
    Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
    boolean withText = kind.endsWith("text");
    Map<String, InputTensor> inputs = inputs(cases, withText, LOGIT_ROWS);
    inputs.put("decoder_ids", longs(cases.tensor("decoder_ids"), LOGIT_ROWS));
    CaptionGraph graph = graph(GoldenCaptions.prefixOf(kind));
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      float[] logits =
          sessions.get("logits", () -> graph.logits(withText)).run(inputs, o -> o.floats("logits"));
      float[] expected = cases.tensor(kind + ".logits").toFloatArray();
      assertArrayEquals(expected, logits, LOGIT_TOLERANCE);
    }
  }

  /** Widths of 32 leave no other blocks to average with: real models lose less. */
  @Test
  void eightBitsCostLittle(TestReporter reporter) {
    Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
    Map<String, InputTensor> inputs = inputs(cases, true, LOGIT_ROWS);
    inputs.put("decoder_ids", longs(cases.tensor("decoder_ids"), LOGIT_ROWS));
    WeightBank weights = new WeightBank(Precision.INT8);
    for (String file : List.of("clip", "t5", "prefix")) {
      weights.add(file + "/", TinyModel.golden(temporary, file + ".safetensors"));
    }
    CaptionGraph graph = new CaptionGraph(TinyModel.config(TinyModel.PROJECTION), weights);
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      float[] logits =
          sessions.get("logits", () -> graph.logits(true)).run(inputs, o -> o.floats("logits"));
      float[] expected = cases.tensor("projection-text.logits").toFloatArray();
      double error = 0;
      double whole = 0;
      for (int i = 0; i < expected.length; i++) {
        error += Math.pow(logits[i] - expected[i], 2);
        whole += Math.pow(expected[i], 2);
      }
      double relative = Math.sqrt(error / whole);
      reporter.publishEntry("relative error of int8 logits", Double.toString(relative));
      assertTrue(relative < 0.08, "relative error " + relative);
    }
  }

  static List<GoldenCaptions.Case> cases() {
    return GoldenCaptions.read();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void decodesTheSameIds(GoldenCaptions.Case golden) {
    Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
    int count = golden.items().size();
    Map<String, InputTensor> inputs = inputs(cases, golden.withText(), count);
    inputs.putAll(InputTensor.of(golden.decoding(), TinyModel.VOCABULARY));
    CaptionGraph graph = graph(golden.prefix());
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      Decoded decoded =
          sessions
              .get(
                  "captions",
                  () ->
                      graph.captioning(
                          CaptionGraph.Source.VECTORS, golden.withText(), golden.decoding()))
              .run(
                  inputs,
                  o -> new Decoded(o.shape("tokens"), o.longs("tokens"), o.floats("scores")));
      assertTrue(decoded.shape[2] <= golden.maxNewTokens());
      for (int item = 0; item < count; item++) {
        List<GoldenCaptions.Hypothesis> expected = golden.items().get(item);
        for (int beam = 0; beam < expected.size(); beam++) {
          String where = "input " + item + ", hypothesis " + beam;
          assertEquals(expected.get(beam).ids(), decoded.ids(item, beam), where);
          assertEquals(
              expected.get(beam).score(), decoded.score(item, beam), SCORE_TOLERANCE, where);
        }
      }
    }
  }

  @Test
  void goldenFilesAreWorthComparingWith() {
    for (GoldenCaptions.Case golden : cases()) {
      assertTrue(golden.items().size() >= 50, golden.toString());
      long distinct = golden.items().stream().map(item -> item.get(0).ids()).distinct().count();
      long ended = golden.items().stream().filter(item -> item.get(0).ids().contains(1L)).count();
      assertTrue(distinct >= 20, golden + ": " + distinct + " distinct captions");
      assertTrue(ended >= 15 && ended < golden.items().size(), golden + ": " + ended + " ended");
    }
  }

  private record Decoded(long[] shape, long[] tokens, float[] scores) {
    List<Long> ids(int item, int beam) {
      int length = (int) shape[2];
      int from = (item * (int) shape[1] + beam) * length;
      List<Long> ids = new ArrayList<>();
      for (int i = from; i < from + length; i++) {
        ids.add(tokens[i]);
        if (tokens[i] == 1) {
          break;
        }
      }
      return ids;
    }

    float score(int item, int beam) {
      return scores[item * (int) shape[1] + beam];
    }
  }

  private CaptionGraph graph(io.github.close4j.onnx.internal.model.CaptionerConfig.Prefix prefix) {
    CaptionGraph graph = new CaptionGraph(TinyModel.config(prefix), TinyModel.weights(temporary));
    graph.requireWeights();
    return graph;
  }

  private static Map<String, InputTensor> inputs(Safetensors cases, boolean withText, int rows) {
    Map<String, InputTensor> inputs = new HashMap<>();
    float[] vectors = cases.tensor("vectors").toFloatArray();
    inputs.put(
        "vectors",
        InputTensor.of(
            Arrays.copyOf(vectors, rows * TinyModel.CLIP_DIM), rows, TinyModel.CLIP_DIM));
    if (withText) {
      inputs.put("text", longs(cases.tensor("text"), rows));
      inputs.put("text_mask", longs(cases.tensor("text_mask"), rows));
    }
    return inputs;
  }

  private static InputTensor longs(StoredTensor tensor, int rows) {
    int columns = (int) tensor.shape()[1];
    return InputTensor.of(Arrays.copyOf(TinyModel.longs(tensor), rows * columns), rows, columns);
  }
}
