package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.graph.T5Logits;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The forms in which transformers writes a CLIP and a T5, and has written them, against its own
 * numbers (see {@code folders_golden.py}).
 */
final class FolderFormsTest {
  private static final float FEATURE_TOLERANCE = 1e-4f;
  private static final float LOGIT_TOLERANCE = 1e-3f;
  private static final int TEXTS = 8;
  private static final int PICTURES = 4;

  @TempDir private Path directory;

  private static Safetensors golden() {
    return Safetensors.open(Checkpoints.folder("golden.safetensors"));
  }

  private static JsonObject json(String name) {
    try {
      return JsonParser.parseString(Files.readString(Checkpoints.folder(name))).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  // CLIP ---------------------------------------------------------------------------------------

  /** Pairs of activations, of the vision tower and of the text tower. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "quick_gelu+gelu",
        "gelu+quick_gelu",
        "gelu_new+relu",
        "gelu_pytorch_tanh+silu",
        "gelu_fast+swish",
        "relu+gelu_new",
        "silu+gelu_pytorch_tanh"
      })
  void towersOfDifferentActivationsGiveTheFeaturesOfTransformers(String pair) throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    String[] activations = pair.split("\\+");
    change(
        clip.resolve("config.json"),
        config -> {
          config.getAsJsonObject("vision_config").addProperty("hidden_act", activations[0]);
          config.getAsJsonObject("text_config").addProperty("hidden_act", activations[1]);
        });
    assertFeatures(pair, clip);
    // A model directory keeps the two apart as well.
    ClipFiles files = ClipCheckpoint.open(clip);
    Path made = Files.createDirectory(directory.resolve("made"));
    files.writeTo(made);
    assertFeatures(
        pair,
        new ClipFiles(
            files.config(),
            files.preprocessing(),
            made.resolve(ModelFolder.CLIP_WEIGHTS),
            made.resolve(ModelFolder.CLIP_TOKENIZER)));
  }

  /** Settings of pictures that transformers reads as the same preparation. */
  static Stream<String> preprocessings() {
    JsonArray forms = json("variants.json").getAsJsonArray("preprocessing");
    return StreamSupport.stream(forms.spliterator(), false).map(JsonElement::toString);
  }

  @ParameterizedTest
  @MethodSource("preprocessings")
  void everyFormOfTheSettingsOfPicturesIsRead(String settings) throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    Files.delete(clip.resolve("processor_config.json"));
    Files.writeString(clip.resolve("preprocessor_config.json"), settings);
    assertFeatures("quick_gelu+gelu", clip);
    assertEquals(
        ClipCheckpoint.open(Checkpoints.folder("clip")).preprocessing(),
        ClipCheckpoint.open(clip).preprocessing());
  }

  @Test
  void theSettingsOfTheWholeProcessorComeFirst() throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    Files.writeString(clip.resolve("preprocessor_config.json"), "{\"size\": 7}");
    ClipCheckpoint.open(clip);
    // Older processors have settings without those of pictures.
    Files.writeString(
        clip.resolve("processor_config.json"), "{\"processor_class\": \"CLIPProcessor\"}");
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> ClipCheckpoint.open(clip));
    assertEquals(clip.resolve("preprocessor_config.json"), refusal.file());
    Files.delete(clip.resolve("preprocessor_config.json"));
    assertRefused(
        "preprocessor_config.json: expected how pictures are prepared, here or as"
            + " 'image_processor' of processor_config.json, found no file",
        () -> ClipCheckpoint.open(clip));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size|{\"height\": 32, \"width\": 32}|size: expected the shorter edge",
        "size|[32, 32]|size: expected",
        "size|{\"shortest_edge\": 32, \"longest_edge\": 40}|size.longest_edge: expected none",
        "crop_size|[32, 33]|crop_size: expected the edge of a square",
        "crop_size|{\"height\": 32, \"width\": 33}|crop_size.width",
        "use_square_size|true|use_square_size: expected false",
        "image_processor_type|\"ViTImageProcessor\"|CLIPImageProcessorPil",
      })
  void anotherPreparationIsRefusedByName(String name, String value, String expected)
      throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    change(
        clip.resolve("processor_config.json"),
        processor ->
            processor.getAsJsonObject("image_processor").add(name, JsonParser.parseString(value)));
    assertRefused("image_processor." + name, () -> ClipCheckpoint.open(clip));
    assertRefused(expected, () -> ClipCheckpoint.open(clip));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "model.", "module.", "module.clip.", "a.b.c."})
  void whatStandsBeforeAllNamesIsDropped(String prefix) throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    rename(clip, name -> prefix + name.substring("clip.".length()));
    assertFeatures("quick_gelu+gelu", clip);
  }

  @Test
  void twoModelsInOneFileAreRefused() throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    Path file = clip.resolve("model.safetensors");
    Safetensors once = Safetensors.open(file);
    Safetensors.Writer twice = new Safetensors.Writer(DataType.F32);
    for (String name : once.names()) {
      twice.add(name, once.tensor(name)).add("ema." + name, once.tensor(name));
    }
    twice.write(file);
    assertRefused("expected one model with a tensor", () -> ClipCheckpoint.open(clip));
  }

  @ParameterizedTest
  @CsvSource({"clip-text, vision", "clip-vision, text"})
  void aTowerAloneSaysWhichIsMissing(String tower, String missing) throws IOException {
    Path alone = Checkpoints.copy(Checkpoints.folder("towers").resolve(tower), directory);
    assertRefused(
        "model_type: expected clip, the whole model, as its %s tower is missing".formatted(missing),
        () -> ClipCheckpoint.open(alone));
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    Files.copy(
        alone.resolve("model.safetensors"),
        clip.resolve("model.safetensors"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertRefused(
        "expected both towers of CLIP, found its %s tower alone".formatted(tower.substring(5)),
        () -> ClipCheckpoint.open(clip));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vision_config", "text_config"})
  void anUnknownActivationOfATowerIsRefusedByName(String tower) throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    change(
        clip.resolve("config.json"),
        config -> config.getAsJsonObject(tower).addProperty("hidden_act", "mish"));
    assertRefused(tower + ".hidden_act: expected relu or gelu", () -> ClipCheckpoint.open(clip));
    assertRefused("found \"mish\"", () -> ClipCheckpoint.open(clip));
  }

  private static void assertFeatures(String pair, Path clip) {
    assertFeatures(pair, ClipCheckpoint.open(clip));
    ClipEncoder.open(clip).close();
  }

  private static void assertFeatures(String pair, ClipFiles clip) {
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      pictures.add(picture(i));
    }
    List<String> texts = new ArrayList<>();
    for (JsonElement text : json("tokens.json").getAsJsonArray("clip")) {
      texts.add(text.getAsJsonObject().get("text").getAsString());
    }
    InferenceOptions options = InferenceOptions.defaults().threads(1);
    try (ClipFeatures features = ClipFeatures.open(clip, options)) {
      assertArrayEquals(
          golden().tensor(pair + "/images").toFloatArray(),
          features.images(pictures).values(),
          FEATURE_TOLERANCE);
      assertArrayEquals(
          golden().tensor(pair + "/texts").toFloatArray(),
          features.texts(texts.subList(0, TEXTS)).values(),
          FEATURE_TOLERANCE);
    }
  }

  /** The picture that {@code folders_golden.py} makes by the same formula. */
  private static BufferedImage picture(int number) {
    BufferedImage image = new BufferedImage(45, 38, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 38; y++) {
      for (int x = 0; x < 45; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          int value = x * (7 + number) + y * 13 + c * 29 * (number + 1) + x * y * (number + 3);
          rgb = rgb << 8 | value % 256;
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  // T5 -----------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relu",
        "gelu",
        "gelu_new",
        "gelu_pytorch_tanh",
        "silu",
        "swish",
        "quick_gelu",
        "gated-relu",
        "gated-gelu",
        "gated-gelu_new",
        "gated-silu",
        "gated-gelu_pytorch_tanh",
        "gated-quick_gelu"
      })
  void everyFeedForwardGivesTheLogitsOfTransformers(String feedForward) throws IOException {
    Path t5 = t5(feedForward.startsWith("gated-"));
    change(
        t5.resolve("config.json"),
        config -> {
          config.remove("dense_act_fn");
          config.remove("is_gated_act");
          config.addProperty("feed_forward_proj", feedForward);
        });
    assertLogits(feedForward, t5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theActivationThatIsStatedItselfComesFirst(boolean gated) throws IOException {
    Path t5 = t5(gated);
    change(t5.resolve("config.json"), config -> config.addProperty("dense_act_fn", "silu"));
    assertLogits(t5.getFileName() + "-stated-silu", t5);
    change(t5.resolve("config.json"), config -> config.addProperty("dense_act_fn", "mish"));
    assertRefused("dense_act_fn: expected relu or", () -> T5Checkpoint.open(t5));
  }

  /** Sets of names under which the one table of embeddings is saved. */
  static Stream<List<String>> embeddings() {
    JsonArray sets = json("variants.json").getAsJsonArray("embeddings");
    return StreamSupport.stream(sets.spliterator(), false)
        .map(
            names ->
                names.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList());
  }

  @ParameterizedTest
  @MethodSource("embeddings")
  void theEmbeddingsMayHaveAnyOfTheirNames(List<String> names) throws IOException {
    for (boolean gated : new boolean[] {false, true}) {
      Path t5 = t5(gated);
      Path file = t5.resolve("model.safetensors");
      Safetensors saved = Safetensors.open(file);
      Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
      for (String name : saved.names()) {
        if (!name.equals("shared.weight")) {
          writer.add(name, saved.tensor(name));
        }
      }
      names.forEach(name -> writer.add(name, saved.tensor("shared.weight")));
      writer.write(file);
      assertLogits(gated ? "gated-gelu" : "relu", t5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight"})
  void aTableOfItsOwnForEncoderOrDecoderIsRefused(String name) throws IOException {
    Path t5 = t5(false);
    Path file = t5.resolve("model.safetensors");
    Safetensors saved = Safetensors.open(file);
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    saved.names().forEach(stored -> writer.add(stored, saved.tensor(stored)));
    float[] other = saved.tensor("shared.weight").toFloatArray();
    other[5] += 1;
    writer.add(name, other, saved.tensor("shared.weight").shape()).write(file);
    assertRefused(
        "tensor '%s': expected the values of 'shared.weight'".formatted(name),
        () -> T5Checkpoint.open(t5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"transformer.", "model.", "module.", "module.transformer."})
  void whatStandsBeforeAllNamesOfAT5IsDropped(String prefix) throws IOException {
    Path t5 = t5(true);
    rename(t5, name -> prefix + name);
    assertLogits("gated-gelu", t5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void settingsOfVersion4AreTheSame(boolean gated) throws IOException {
    Path t5 = t5(gated);
    Files.move(
        t5.resolve("config-older.json"),
        t5.resolve("config.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertLogits(gated ? "gated-gelu" : "relu", t5);
  }

  @Test
  void anEncoderAloneIsNamed() throws IOException {
    Path t5 = t5(false);
    Path file = t5.resolve("model.safetensors");
    Safetensors saved = Safetensors.open(file);
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    saved.names().stream()
        .filter(name -> !name.startsWith("decoder."))
        .forEach(name -> writer.add(name, saved.tensor(name)));
    writer.write(file);
    assertRefused("found its encoder alone", () -> T5Checkpoint.open(t5));
  }

  private Path t5(boolean gated) throws IOException {
    String name = gated ? "t5-gated" : "t5-plain";
    return Checkpoints.copy(Checkpoints.folder(name), Files.createTempDirectory(directory, "t5"));
  }

  private static void assertLogits(String name, Path t5) {
    Safetensors golden = golden();
    float[] logits =
        T5Logits.of(
            T5Checkpoint.open(t5),
            golden.tensor("ids"),
            golden.tensor("mask"),
            golden.tensor("decoder_ids"));
    assertArrayEquals(golden.tensor(name + "/logits").toFloatArray(), logits, LOGIT_TOLERANCE);
  }

  // Both ---------------------------------------------------------------------------------------

  /** Types of the weights; the folders have bfloat16, which both others hold exactly enough. */
  @ParameterizedTest
  @ValueSource(strings = {"F32", "F16"})
  void weightsOfOtherTypesAreRead(String type) throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    Path t5 = t5(true);
    for (Path file : List.of(clip.resolve("model.safetensors"), t5.resolve("model.safetensors"))) {
      Safetensors saved = Safetensors.open(file);
      Safetensors.Writer writer = new Safetensors.Writer(DataType.valueOf(type));
      for (String name : saved.names()) {
        writer.add(name, saved.tensor(name).toFloatArray(), saved.tensor(name).shape());
      }
      writer.write(file);
    }
    assertFeatures("quick_gelu+gelu", clip);
    assertLogits("gated-gelu", t5);
  }

  private static void rename(Path folder, UnaryOperator<String> naming) {
    Path file = folder.resolve("model.safetensors");
    Safetensors saved = Safetensors.open(file);
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    saved.names().forEach(name -> writer.add(naming.apply(name), saved.tensor(name)));
    writer.write(file);
  }

  /** A change of a JSON object. */
  private interface Change {
    void of(JsonObject object);
  }

  private static void change(Path file, Change change) throws IOException {
    JsonObject object = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    change.of(object);
    Files.writeString(file, object.toString());
  }

  private static void assertRefused(String expected, Runnable open) {
    UnusableFileException refusal = assertThrows(UnusableFileException.class, open::run);
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
  }
}
