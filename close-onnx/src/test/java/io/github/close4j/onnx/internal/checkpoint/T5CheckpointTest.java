package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.pretrained.ModelImport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class T5CheckpointTest {
  @TempDir private Path directory;

  @Test
  void theConfigurationIsTheFiles() {
    assertEquals(
        new T5Config(
            24,
            8,
            2,
            40,
            Activation.RELU,
            false,
            2,
            2,
            64,
            32,
            128,
            1e-6f,
            0,
            1,
            T5Config.OutputHead.TIED),
        T5Checkpoint.open(Checkpoints.path("t5-v10")).config());
    assertEquals(
        new T5Config(
            24,
            8,
            2,
            40,
            Activation.GELU_TANH,
            true,
            2,
            3,
            64,
            16,
            24,
            1e-6f,
            0,
            1,
            T5Config.OutputHead.UNTIED),
        T5Checkpoint.open(Checkpoints.path("t5-v11")).config());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"model_type\": \"t5\"|\"model_type\": \"umt5\"|model_type: expected t5",
        "\"gated-gelu\"|\"gated-mish\"|feed_forward_proj: expected relu or gelu or",
        "\"is_encoder_decoder\": true|\"is_encoder_decoder\": false|is_encoder_decoder",
        "\"decoder_start_token_id\": 0|\"decoder_start_token_id\": 2|decoder_start_token_id",
        "\"eos_token_id\": 1|\"eos_token_id\": [1, 2]|eos_token_id: expected a whole number",
        "\"d_model\": 24|\"d_model\": \"24\"|d_model: expected a whole number",
        "\"d_model\": 24|\"d_model\": 0|t5.dModel",
        "\"d_ff\": 40|\"d_ff\": 41|DenseReluDense.wi_0.weight': expected shape [41, 24]",
        "\"num_layers\": 2|\"num_layers\": 4|encoder.block.2",
        "\"gated-gelu\"|\"relu\"|DenseReluDense.wi.weight",
        "\"tie_word_embeddings\": false|\"tie_word_embeddings\": true|lm_head.weight",
        "\"tie_word_embeddings\": false|\"tie_word_embeddings\": 0|tie_word_embeddings",
      })
  void whatDoesNotFitIsRefusedByName(String from, String to, String expected) throws IOException {
    Path t5 = Checkpoints.copy("t5-v11", directory);
    Path config = t5.resolve("config.json");
    String json = Files.readString(config);
    assertTrue(json.contains(from), from);
    Files.writeString(config, json.replace(from, to));
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> T5Checkpoint.open(t5));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
  }

  @Test
  void theScalingThatNewerFilesStateComesFirst() throws IOException {
    Path t5 = Checkpoints.copy("t5-v11", directory);
    Path config = t5.resolve("config.json");
    String json =
        Files.readString(config)
            .replace(
                "\"tie_word_embeddings\": false",
                "\"tie_word_embeddings\": true, \"scale_decoder_outputs\": false");
    Files.writeString(config, json);
    assertEquals(T5Config.OutputHead.UNTIED, T5Checkpoint.open(t5).config().outputHead());
  }

  @Test
  void aHeadWithoutScalingMayBeTheEmbeddings() throws IOException {
    Path t5 = Checkpoints.copy("t5-v10", directory);
    Path config = t5.resolve("config.json");
    String json =
        Files.readString(config)
            .replace("\"vocab_size\"", "\"scale_decoder_outputs\": false, \"vocab_size\"");
    Files.writeString(config, json);
    T5Checkpoint open = T5Checkpoint.open(t5);
    assertEquals(
        open.weights().tensor("shared.weight").bytes(),
        open.weights().tensor("lm_head.weight").bytes());
  }

  @Test
  void aTiedHeadMayBeWrittenTwice() throws IOException {
    Path t5 = Checkpoints.copy("t5-v10", directory);
    Path file = t5.resolve("model.safetensors");
    Safetensors original = Safetensors.open(file);
    addHead(original, 1).write(t5.resolve("same.safetensors"));
    addHead(original, 2).write(t5.resolve("other.safetensors"));
    Files.move(
        t5.resolve("same.safetensors"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFalse(T5Checkpoint.open(t5).weights().names().contains("lm_head.weight"));
    Files.move(
        t5.resolve("other.safetensors"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> T5Checkpoint.open(t5));
    assertTrue(refusal.getMessage().contains("lm_head.weight"), refusal.getMessage());
  }

  private static Safetensors.Writer addHead(Safetensors original, float factor) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    original.names().forEach(name -> writer.add(name, original.tensor(name)));
    float[] head = original.tensor("shared.weight").toFloatArray();
    for (int i = 0; i < head.length; i++) {
      head[i] *= factor;
    }
    return writer.add("lm_head.weight", head, 64, 24);
  }

  @Test
  void weightsOfPytorchAreTheSame() throws IOException {
    Path t5 = Checkpoints.copy("t5-v10", directory);
    T5Checkpoint safetensors = T5Checkpoint.open(t5);
    Files.delete(t5.resolve("model.safetensors"));
    T5Checkpoint pytorch = T5Checkpoint.open(t5);
    assertEquals("pytorch_model.bin", pytorch.weights().file().getFileName().toString());
    assertEquals(safetensors.weights().names(), pytorch.weights().names());
    for (String name : safetensors.weights().names()) {
      assertEquals(
          safetensors.weights().tensor(name).bytes(), pytorch.weights().tensor(name).bytes(), name);
    }
  }

  @Test
  void bothDirectoriesMakeTheStartOfATraining() {
    PretrainedParts parts =
        PretrainedParts.open(Checkpoints.path("clip-gelu"), Checkpoints.path("t5-v11"));

    assertEquals(20, parts.config().clip().projectionDim());
    assertEquals(Activation.GELU_TANH, parts.config().t5().activation());
    assertEquals(Decoding.beam(5).maxNewTokens(32), parts.config().decoding());
    assertEquals(DataType.F16, parts.t5Weights().tensor("lm_head.weight").type());
  }

  @Test
  void anUntrainedModelIsOpenedAndCaptions() {
    Path model = directory.resolve("untrained");
    ModelImport.untrained(Checkpoints.path("clip-gelu"), Checkpoints.path("t5-v11"), 7, model);

    try (Captioner captioner = Captioner.open(model);
        ClipEncoder clip = ClipEncoder.open(model)) {
      BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
      assertEquals(1, clip.images(List.of(picture)).rows());
      assertTrue(captioner.caption(picture).logProbability() < 0);
    }
    Safetensors prefix = Safetensors.open(model.resolve(ModelFolder.PREFIX_WEIGHTS));
    float[] weight = prefix.tensor("weight").toFloatArray();
    assertEquals(4 * 24 * 20, weight.length);
    double squares = 0;
    for (float value : weight) {
      squares += value * value;
    }
    // 1 920 draws: the standard error of the variance is 3.2%; 5 of them, one false alarm in 10^6.
    assertEquals(1 / 60.0, squares / weight.length, 0.16 / 60.0);
  }

  @Test
  void aSeedGivesTheSameUntrainedModel() throws IOException {
    byte[][] prefixes = new byte[3][];
    for (int i = 0; i < prefixes.length; i++) {
      Path model = directory.resolve("untrained" + i);
      ModelImport.untrained(
          Checkpoints.path("clip-gelu"), Checkpoints.path("t5-v11"), i == 2 ? 8 : 7, model);
      prefixes[i] = Files.readAllBytes(model.resolve(ModelFolder.PREFIX_WEIGHTS));
    }
    assertArrayEquals(prefixes[0], prefixes[1]);
    assertFalse(Arrays.equals(prefixes[0], prefixes[2]));
  }

  @Test
  void anUntrainedModelTakesThePlaceOfNothing() throws IOException {
    Path taken = Files.createDirectory(directory.resolve("taken"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            ModelImport.untrained(
                Checkpoints.path("clip-gelu"), Checkpoints.path("t5-v11"), 7, taken));
  }
}
