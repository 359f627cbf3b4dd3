package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.exported.ExportedParts;
import io.github.close4j.onnx.internal.exported.ExportedWeights;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.ClipFeatureGraphs;
import io.github.close4j.onnx.internal.graph.ExportedGraphs;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Exported towers of CLIP, alone and in a captioner. */
class ExportedClipTest {
  private static final float TOLERANCE = 1e-4f;

  /** Of vectors with components of up to 5, computed with 11 bits a number. */
  private static final float HALF_TOLERANCE = 0.03f;

  private static final int COUNT = 8;

  @TempDir Path temporary;

  @Test
  void vectorsAreThoseOfTransformers() {
    Safetensors cases = TinyModel.golden(temporary, "clip-cases.safetensors");
    Vectors found = vectors(ExportedModels.clip(temporary, "clip"), goldenInputs());
    assertArrayEquals(cases.tensor("quick_gelu.image").toFloatArray(), found.images, TOLERANCE);
    assertArrayEquals(cases.tensor("quick_gelu.text").toFloatArray(), found.texts, TOLERANCE);
  }

  @Test
  void vectorsOf16BitsAreNear(TestReporter reporter) {
    Safetensors cases = TinyModel.golden(temporary, "clip-cases.safetensors");
    Vectors found = vectors(ExportedModels.clip(temporary, "clip-fp16"), goldenInputs());
    float[] images = cases.tensor("quick_gelu.image").toFloatArray();
    float[] texts = cases.tensor("quick_gelu.text").toFloatArray();
    reporter.publishEntry(
        Map.of(
            "largest difference of 16-bit image vectors", worst(images, found.images),
            "largest difference of 16-bit text vectors", worst(texts, found.texts)));
    assertArrayEquals(images, found.images, HALF_TOLERANCE);
    assertArrayEquals(texts, found.texts, HALF_TOLERANCE);
  }

  private static String worst(float[] expected, float[] found) {
    double worst =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(expected[i] - found[i]))
            .max()
            .orElseThrow();
    return Double.toString(worst);
  }

  /** One file with both towers divides by the length; these vectors have theirs. */
  @Test
  void theWholeModelGivesVectorsBeforeTheirDivision() {
    Safetensors golden = Checkpoints.golden();
    Map<String, InputTensor> inputs =
        Map.of(
            "pixels",
                InputTensor.of(golden.tensor("clip-gelu/pixels").toFloatArray(), 6, 3, 32, 32),
            "ids", InputTensor.of(golden.tensor("clip-gelu/ids").toLongArray(), 50, 16));
    Vectors found = vectors(ExportedModels.path("clip-model"), inputs);
    assertArrayEquals(
        golden.tensor("clip-gelu/image_features").toFloatArray(), found.images, TOLERANCE);
    assertArrayEquals(
        golden.tensor("clip-gelu/text_features").toFloatArray(), found.texts, TOLERANCE);
  }

  private record Vectors(float[] images, float[] texts) {}

  private Map<String, InputTensor> goldenInputs() {
    Safetensors cases = TinyModel.golden(temporary, "clip-cases.safetensors");
    return Map.of(
        "pixels", InputTensor.of(cases.tensor("pixels").toFloatArray(), COUNT, 3, 32, 32),
        "ids", InputTensor.of(TinyModel.longs(cases.tensor("text_ids")), COUNT, 16));
  }

  private static Vectors vectors(Path directory, Map<String, InputTensor> inputs) {
    ClipFiles files = ClipCheckpoint.open(directory);
    ExportedWeights exported = new ExportedWeights(ExportedParts.towers(files.graphs()));
    ClipFeatureGraphs graphs =
        new ClipFeatureGraphs(
            files.config(),
            new WeightBank().add(CaptionGraph.CLIP, exported),
            new ExportedGraphs(ExportedGraphs.Clip.of(exported.graphs()), null));
    graphs.requireWeights();
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      float[] images =
          sessions
              .get("images", graphs::images)
              .run(Map.of("pixels", inputs.get("pixels")), o -> o.floats("features"));
      float[] texts =
          sessions
              .get("texts", graphs::texts)
              .run(Map.of("ids", inputs.get("ids")), o -> o.floats("features"));
      return new Vectors(images, texts);
    }
  }

  @Test
  void encoderAgreesWithBuiltTowersFromBothDirectories() {
    ModelFolder built =
        ModelFolder.open(TinyModel.write(temporary.resolve("built"), TinyModel.PROJECTION));
    ModelFolder exported = ExportedModels.convert(temporary, "clip", "t5-pair", "projection");
    List<String> texts = List.of("w3 w4", "w5", "", "w7 ".repeat(40));
    List<BufferedImage> pictures = List.of(picture(1), picture(2), picture(3));
    try (ClipFeatures expected =
            ClipFeatures.open(built.clip(), InferenceOptions.defaults().threads(1));
        ClipFeatures imported =
            ClipFeatures.open(exported.clip(), InferenceOptions.defaults().threads(1));
        ClipFeatures foreign =
            ClipFeatures.open(
                ClipCheckpoint.open(temporary.resolve("clip")),
                InferenceOptions.defaults().threads(1))) {
      for (ClipFeatures encoder : List.of(imported, foreign)) {
        assertClose(expected.texts(texts), encoder.texts(texts));
        assertClose(expected.images(pictures), encoder.images(pictures));
      }
    }
  }

  private static void assertClose(EmbeddingBatch expected, EmbeddingBatch found) {
    assertArrayEquals(expected.values(), found.values(), TOLERANCE);
  }

  /** From pictures, with adapters folded into the prefix, and in models made from models. */
  @Test
  void picturesAreCaptionedAsByBuiltGraphs() throws IOException {
    Path source = TinyModel.write(temporary.resolve("built"), TinyModel.PROJECTION);
    ModelFolder built = ModelFolder.open(source);
    ModelFolder exported = ExportedModels.convert(temporary, "clip", "t5-merged", "projection");
    float[] shift = new float[TinyModel.CLIP_DIM];
    Random random = new Random(4);
    for (int i = 0; i < shift.length; i++) {
      shift[i] = 0.1f * (float) random.nextGaussian();
    }
    ImageAdapter adapter = ImageAdapter.of(new MeanShift(shift).times(-0.7).withoutNormalization());
    ModelFolder builtShifted = built.withImageAdapter(temporary.resolve("built-shifted"), adapter);
    ModelFolder exportedShifted =
        exported.withImageAdapter(temporary.resolve("exported-shifted"), adapter);
    List<CaptionInput> inputs =
        IntStream.range(0, 12).mapToObj(i -> CaptionInput.of(picture(i))).toList();
    List<List<Caption>> expected = captions(built, inputs);
    List<List<Caption>> shifted = captions(builtShifted, inputs);
    assertTrue(!expected.equals(shifted), "the adapter changes what is said");
    assertSame(expected, captions(exported, inputs));
    assertSame(shifted, captions(exportedShifted, inputs));
  }

  private static List<List<Caption>> captions(ModelFolder model, List<CaptionInput> inputs) {
    Path directory = model.file(ModelFolder.CLIP_WEIGHTS).getParent();
    try (Captioner captioner = Captioner.open(directory, InferenceOptions.defaults().threads(1))) {
      return captioner.caption(inputs, model.config().decoding());
    }
  }

  private static void assertSame(List<List<Caption>> expected, List<List<Caption>> found) {
    for (int i = 0; i < expected.size(); i++) {
      for (int k = 0; k < expected.get(i).size(); k++) {
        assertEquals(expected.get(i).get(k).text(), found.get(i).get(k).text(), i + ", " + k);
        assertEquals(expected.get(i).get(k).score(), found.get(i).get(k).score(), 1e-3);
      }
    }
  }

  @Test
  void aVisionTowerAloneCaptionsAndHasNoTexts() throws IOException {
    Path clip = ExportedModels.clip(temporary, "clip");
    Files.delete(clip.resolve("text_model.onnx"));
    ModelFolder model = ExportedModels.convert(temporary, "clip", "t5-pair", "projection");
    assertEquals(1, captions(model, List.of(CaptionInput.of(picture(1)))).size());
    try (ClipFeatures encoder =
        ClipFeatures.open(model.clip(), InferenceOptions.defaults().threads(1))) {
      assertEquals(1, encoder.images(List.of(picture(1))).rows());
      UnusableFileException refused =
          assertThrows(UnusableFileException.class, () -> encoder.texts(List.of("w3")));
      assertTrue(refused.getMessage().contains("text tower"), refused.getMessage());
    }
  }

  @Test
  void eightBitsAreRefused() {
    ModelFolder model = ExportedModels.convert(temporary, "clip", "t5-pair", "projection");
    Path directory = model.file(ModelFolder.CLIP_WEIGHTS).getParent();
    InferenceOptions options = InferenceOptions.defaults().precision(Precision.INT8);
    assertThrows(IllegalArgumentException.class, () -> Captioner.open(directory, options));
  }

  private static BufferedImage picture(int seed) {
    Random random = new Random(seed);
    BufferedImage picture = new BufferedImage(40, 33, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return picture;
  }
}
