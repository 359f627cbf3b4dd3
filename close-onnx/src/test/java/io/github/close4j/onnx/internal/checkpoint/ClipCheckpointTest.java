package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.ClipFeatureGraphs;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ClipConfig.Text.ReadAt;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClipCheckpointTest {
  private static final float TOLERANCE = 1e-4f;
  private static final double LEAST_COSINE = 0.99999;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"clip-quick-gelu", "clip-gelu"})
  void vectorsAreThoseOfTransformers(String name) {
    ClipFiles files = ClipCheckpoint.open(Checkpoints.path(name));
    Safetensors golden = Checkpoints.golden();
    WeightBank weights = new WeightBank().add(CaptionGraph.CLIP, WeightFiles.open(files.weights()));
    ClipFeatureGraphs graphs = new ClipFeatureGraphs(files.config(), weights);
    InputTensor pixels =
        InputTensor.of(golden.tensor(name + "/pixels").toFloatArray(), 6, 3, 32, 32);
    InputTensor ids = InputTensor.of(golden.tensor(name + "/ids").toLongArray(), 50, 16);
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      float[] images =
          sessions
              .get("images", graphs::images)
              .run(Map.of("pixels", pixels), outputs -> outputs.floats("features"));
      float[] texts =
          sessions
              .get("texts", graphs::texts)
              .run(Map.of("ids", ids), outputs -> outputs.floats("features"));
      assertSameRows(golden.tensor(name + "/image_features").toFloatArray(), images);
      assertSameRows(golden.tensor(name + "/text_features").toFloatArray(), texts);
    }
  }

  @ParameterizedTest
  @CsvSource({"clip-quick-gelu, 63", "clip-gelu, 40"})
  void anEncoderOpensThemAndEncodesTexts(String name, long end) {
    Safetensors golden = Checkpoints.golden();
    long[] ids = golden.tensor(name + "/ids").toLongArray();
    List<String> texts = new ArrayList<>();
    for (int row = 0; row < 50; row++) {
      texts.add(
          Arrays.stream(ids, row * 16 + 1, row * 16 + 16)
              .takeWhile(id -> id != end)
              .mapToObj(id -> "w" + id)
              .collect(Collectors.joining(" ")));
    }
    try (ClipFeatures encoder =
        ClipFeatures.open(
            ClipCheckpoint.open(Checkpoints.path(name)), InferenceOptions.defaults().threads(1))) {
      assertSameRows(
          golden.tensor(name + "/text_features").toFloatArray(), encoder.texts(texts).values());
    }
  }

  private static void assertSameRows(float[] expected, float[] found) {
    assertArrayEquals(expected, found, TOLERANCE);
    int dimension = 20;
    for (int row = 0; row < expected.length / dimension; row++) {
      double product = 0;
      double one = 0;
      double other = 0;
      for (int i = row * dimension; i < (row + 1) * dimension; i++) {
        product += (double) expected[i] * found[i];
        one += (double) expected[i] * expected[i];
        other += (double) found[i] * found[i];
      }
      assertTrue(product / Math.sqrt(one * other) >= LEAST_COSINE, "row " + row);
    }
  }

  @Test
  void theConfigurationIsTheFiles() {
    ClipFiles old = ClipCheckpoint.open(Checkpoints.path("clip-quick-gelu"));
    assertEquals(
        new ClipConfig(
            20,
            new ClipConfig.Vision(32, 8, 32, 2, 4, 48, Activation.QUICK_GELU, 1e-4f),
            new ClipConfig.Text(
                64, 16, 24, 2, 3, 40, Activation.QUICK_GELU, 1e-5f, 63, ReadAt.HIGHEST_ID)),
        old.config());
    assertEquals(ClipConfig.Preprocessing.clipDefaults(32), old.preprocessing());
    ClipFiles other = ClipCheckpoint.open(Checkpoints.path("clip-gelu"));
    assertEquals(Activation.GELU, other.config().vision().activation());
    assertEquals(Activation.GELU, other.config().text().activation());
    assertEquals(ReadAt.END_TOKEN, other.config().text().readAt());
    assertEquals(40, other.config().text().endTokenId());
    assertEquals(
        new ClipConfig.Preprocessing(32, 0.5f, 0.4f, 0.3f, 0.2f, 0.3f, 0.4f),
        other.preprocessing());
  }

  @Test
  void anOldFilesSecondSetOfSettingsCountsAlone() throws IOException {
    Path clip = Checkpoints.copy("clip-gelu", directory);
    Path config = clip.resolve("config.json");
    String json = Files.readString(config);
    int text = json.indexOf("\"text_config\"");
    int vision = json.indexOf("\"vision_config\"");
    assertTrue(text < vision);
    // The first set is left with a width that would be refused.
    String second = json.substring(text, vision).replace("text_config", "text_config_dict");
    String first =
        json.substring(text, vision).replace("\"hidden_size\": 24", "\"hidden_size\": 7");
    Files.writeString(config, json.substring(0, text) + first + second + json.substring(vision));
    assertEquals(
        ClipCheckpoint.open(Checkpoints.path("clip-gelu")).config(),
        ClipCheckpoint.open(clip).config());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json|\"model_type\": \"clip\"|\"model_type\": \"siglip\"|model_type: expected clip",
        "config.json|\"hidden_act\": \"gelu\"|\"hidden_act\": \"mish\"|_config.hidden_act",
        "config.json|\"num_channels\": 3|\"num_channels\": 4|vision_config.num_channels: expected 3",
        "config.json|\"image_size\": 32|\"image_size\": [32, 32]|vision_config.image_size",
        "config.json|\"patch_size\": 8|\"patch_size\": 7|vision.patchSize",
        "config.json|\"projection_dim\": 20|\"projection_dim\": 21|visual_projection.weight",
        "config.json|\"eos_token_id\": 40|\"eos_token_id\": [40]|text_config.eos_token_id",
        "config.json|\"eos_token_id\": 40|\"eos_token_id\": 64|text.endTokenId",
        "config.json|\"vocab_size\": 64|\"vocab_size\": 64.5|text_config.vocab_size",
        "config.json|\"num_hidden_layers\": 2|\"num_hidden_layers\": 3|layers.2.",
        "preprocessor_config.json|\"resample\": 3|\"resample\": 2|resample: expected 3, found 2",
        "preprocessor_config.json|\"do_resize\": true|\"do_resize\": false|do_resize",
        "preprocessor_config.json|\"shortest_edge\": 32|\"shortest_edge\": 36|size: expected crop",
        "preprocessor_config.json|\"shortest_edge\": 32|\"height\": 32|size: expected the shorter edge",
        "preprocessor_config.json|\"width\": 32|\"width\": 36|crop_size.width",
        "preprocessor_config.json|CLIPImageProcessor|SiglipImageProcessor|image_processor_type",
        "preprocessor_config.json|0.00392156862745098|1.0|rescale_factor",
      })
  void anUnsupportedSettingIsRefusedByName(String file, String from, String to, String expected)
      throws IOException {
    Path clip = Checkpoints.copy("clip-gelu", directory);
    String json = Files.readString(clip.resolve(file));
    assertTrue(json.contains(from), from);
    Files.writeString(clip.resolve(file), json.replace(from, to));
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> ClipCheckpoint.open(clip));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"config.json", "preprocessor_config.json", "tokenizer.json", "model.safetensors"})
  void aMissingFileIsNamed(String file) throws IOException {
    Path clip = Checkpoints.copy("clip-gelu", directory);
    Files.delete(clip.resolve(file));
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> ClipCheckpoint.open(clip));
    assertTrue(refusal.getMessage().contains(file), refusal.getMessage());
  }
}
