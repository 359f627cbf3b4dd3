package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.onnx.internal.checkpoint.ExportedCaptioner;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.ExportedGraphs;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Optimum's exports of T5 say what transformers says with the same weights: the golden numbers are
 * those that the graphs built here are held to.
 */
class ExportedCaptionerGoldenTest {
  private static final float TOLERANCE = 1e-3f;

  /** Of logits of up to 30, computed with 11 bits a number. */
  private static final float HALF_TOLERANCE = 0.05f;

  private static final int ROWS = 8;

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "t5-merged,projection-text",
    "t5-merged,constants-split-text",
    "t5-pair,projection",
    "t5-pair,projection-text"
  })
  void captionsAreThoseOfTheGoldenFiles(String t5, String kind) {
    List<CaptionInput> inputs = CaptionerGoldenTest.inputs(temporary, kind.endsWith("text"));
    ModelFolder model = ExportedModels.convert(temporary, "clip", t5, kind);
    assertEquals(GoldenCaptions.prefixOf(kind), model.config().prefix());
    try (Captioner captioner = open(model)) {
      for (GoldenCaptions.Case golden : GoldenCaptions.read()) {
        if (golden.kind().equals(kind)) {
          CaptionerGoldenTest.assertSame(golden, captioner.caption(inputs, golden.decoding()));
        }
      }
    }
  }

  private static Captioner open(ModelFolder model) {
    return Captioner.open(
        model.file(ModelFolder.CLIP_WEIGHTS).getParent(),
        InferenceOptions.defaults().threads(1).batchSize(16));
  }

  @ParameterizedTest
  @CsvSource({
    "t5-merged,projection-text",
    "t5-merged,constants-split-text",
    "t5-pair,projection",
    "t5-pair,projection-text"
  })
  void logitsAreThoseOfTransformers(String t5, String kind) {
    float[] logits = logits(ExportedModels.convert(temporary, "clip", t5, kind), kind);
    assertArrayEquals(expectedLogits(kind), logits, TOLERANCE);
  }

  @Test
  void logitsOf16BitsAreNear(TestReporter reporter) {
    String kind = "projection-text";
    float[] logits = logits(ExportedModels.convert(temporary, "clip-fp16", "t5-fp16", kind), kind);
    float[] expected = expectedLogits(kind);
    double worst =
        IntStream.range(0, logits.length)
            .mapToDouble(i -> Math.abs(logits[i] - expected[i]))
            .max()
            .orElseThrow();
    reporter.publishEntry("largest difference of 16-bit logits", Double.toString(worst));
    assertArrayEquals(expected, logits, HALF_TOLERANCE);
  }

  private float[] expectedLogits(String kind) {
    Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
    return cases.tensor(kind + ".logits").toFloatArray();
  }

  private float[] logits(ModelFolder model, String kind) {
    Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
    boolean withText = kind.endsWith("text");
    Map<String, InputTensor> inputs = new HashMap<>();
    float[] vectors = cases.tensor("vectors").toFloatArray();
    inputs.put(
        "vectors",
        InputTensor.of(
            Arrays.copyOf(vectors, ROWS * TinyModel.CLIP_DIM), ROWS, TinyModel.CLIP_DIM));
    if (withText) {
      inputs.put("text", rows(cases.tensor("text")));
      inputs.put("text_mask", rows(cases.tensor("text_mask")));
    }
    inputs.put("decoder_ids", rows(cases.tensor("decoder_ids")));
    CaptionGraph graph =
        new CaptionGraph(
            model.config(),
            WeightBank.of(model, Precision.FLOAT32),
            ExportedGraphs.of(model, Precision.FLOAT32));
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      return sessions
          .get("logits", () -> graph.logits(withText))
          .run(inputs, outputs -> outputs.floats("logits"));
    }
  }

  private static InputTensor rows(StoredTensor tensor) {
    int columns = (int) tensor.shape()[1];
    return InputTensor.of(Arrays.copyOf(TinyModel.longs(tensor), ROWS * columns), ROWS, columns);
  }

  /** T5 1.1: gated, its head untied, more decoder than encoder layers, exported in opset 14. */
  @ParameterizedTest
  @CsvSource({"projection", "projection-text"})
  void version11OfOpset14SaysTheSame(String kind) throws IOException {
    Path folder = ExportedModels.path("t5-v11");
    ModelFolder model =
        ExportedCaptioner.convert(
            ExportedModels.path("clip-model"),
            folder,
            folder.resolve("prefix.safetensors"),
            Decoding.beam(5),
            32,
            temporary.resolve("model"));
    Safetensors cases = Safetensors.open(folder.resolve("cases.safetensors"));
    List<CaptionInput> inputs = inputs(cases, kind.endsWith("text"));
    int compared = 0;
    try (Captioner captioner = open(model)) {
      for (GoldenCaptions.Case golden :
          GoldenCaptions.read(Files.newInputStream(folder.resolve("captions.json")))) {
        if (golden.kind().equals(kind)) {
          // Attention of this model is nearly one-hot, so each of 12 logits is worth less.
          CaptionerGoldenTest.assertSame(
              golden, captioner.caption(inputs, golden.decoding()), TOLERANCE);
          compared++;
        }
      }
    }
    assertEquals(3, compared);
  }

  private static List<CaptionInput> inputs(Safetensors cases, boolean withText) {
    float[] vectors = cases.tensor("vectors").toFloatArray();
    long[] text = TinyModel.longs(cases.tensor("text"));
    int columns = (int) cases.tensor("text").shape()[1];
    List<CaptionInput> inputs = new ArrayList<>();
    for (int i = 0; i < vectors.length / 20; i++) {
      CaptionInput input = CaptionInput.ofVector(TinyModel.row(vectors, 20, i));
      int end = i * columns;
      while (text[end] != 1) {
        end++;
      }
      inputs.add(
          withText
              ? input.withText(TinyModel.words(Arrays.copyOfRange(text, i * columns, end)))
              : input);
    }
    return inputs;
  }

  /** 16 bits change near ties only; what is said stays much the same. */
  @Test
  void captionsOf16BitsAreMostlyTheSame(TestReporter reporter) {
    String kind = "projection-text";
    List<CaptionInput> inputs = CaptionerGoldenTest.inputs(temporary, true);
    ModelFolder half = ExportedModels.convert(temporary, "clip-fp16", "t5-fp16", kind);
    ModelFolder whole = ExportedModels.convert(temporary, "clip", "t5-merged", kind);
    try (Captioner one = open(half);
        Captioner other = open(whole)) {
      for (Decoding decoding :
          List.of(Decoding.greedy(), Decoding.beam(5), Decoding.beam(5).lengthNormalized(1))) {
        List<List<Caption>> found = one.caption(inputs, decoding.maxNewTokens(8));
        List<List<Caption>> expected = other.caption(inputs, decoding.maxNewTokens(8));
        long same =
            IntStream.range(0, inputs.size())
                .filter(i -> found.get(i).get(0).text().equals(expected.get(i).get(0).text()))
                .count();
        reporter.publishEntry(
            "same captions of %d, %s, beams %d"
                .formatted(inputs.size(), decoding, decoding.beams()),
            Long.toString(same));
        assertTrue(same >= 0.95 * inputs.size(), same + " of " + inputs.size());
      }
    }
  }
}
