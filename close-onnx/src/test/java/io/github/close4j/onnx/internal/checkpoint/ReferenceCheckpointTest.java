package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A checkpoint in the layout of CLOSE's authors against a plain beam search over transformers. */
final class ReferenceCheckpointTest {
  private static final int COUNT = 50;
  private static final int MAX_TOKENS = 12;
  private static final double TOLERANCE = 1e-3;

  @TempDir private Path directory;

  private ModelFolder convert() {
    return convert(Checkpoints.path("close/model.json"), Checkpoints.path("t5-v10"));
  }

  private ModelFolder convert(Path modelJson, Path t5) {
    return ReferenceCheckpoint.convert(
        modelJson,
        Checkpoints.path("close/state-ep8.pth"),
        Checkpoints.path("clip-quick-gelu"),
        t5,
        directory.resolve("model"));
  }

  @Test
  void captionsOfPicturesAreTheReferences() {
    List<CaptionInput> inputs = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      inputs.add(CaptionInput.of(picture(i)));
    }
    assertCaptions("close/captions", inputs);
  }

  @Test
  void answersToTextsAreTheReferences() {
    Safetensors golden = Checkpoints.golden();
    float[] vectors = golden.tensor("close/vectors").toFloatArray();
    long[] texts = golden.tensor("close/texts").toLongArray();
    List<CaptionInput> inputs = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      float[] vector = Arrays.copyOfRange(vectors, i * 20, (i + 1) * 20);
      long[] text = Arrays.copyOfRange(texts, i * 7, (i + 1) * 7);
      inputs.add(CaptionInput.ofVector(vector).withText(words(text)));
    }
    assertCaptions("close/answers", inputs);
  }

  private void assertCaptions(String name, List<CaptionInput> inputs) {
    convert();
    Safetensors golden = Checkpoints.golden();
    long[] ids = golden.tensor(name).toLongArray();
    float[] scores = golden.tensor(name + "_scores").toFloatArray();
    try (Captioner captioner = Captioner.open(directory.resolve("model"))) {
      Decoding decoding = captioner.decoding().maxNewTokens(MAX_TOKENS);
      List<List<Caption>> captions = captioner.caption(inputs, decoding);
      for (int i = 0; i < COUNT; i++) {
        long[] expected = Arrays.copyOfRange(ids, i * MAX_TOKENS, (i + 1) * MAX_TOKENS);
        Caption best = captions.get(i).get(0);
        assertEquals(words(expected), best.text(), "input " + i);
        assertEquals(scores[i], best.logProbability(), TOLERANCE, "input " + i);
      }
    }
  }

  /** Every id but the special ones is a word of its own, so equal words are equal ids. */
  private static String words(long[] ids) {
    return Arrays.stream(ids)
        .takeWhile(id -> id > 1)
        .mapToObj(id -> "w" + id)
        .collect(Collectors.joining(" "));
  }

  /** The picture that {@code checkpoint_golden.py} makes by the same formula. */
  private static BufferedImage picture(int number) {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
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

  @Test
  void theModelSaysWhereItComesFrom() {
    ModelFolder model = convert();
    assertEquals("ViT-L/14", model.provenance().get("clip_model"));
    assertEquals("1to1", model.provenance().get("caption_mode"));
    assertTrue(model.provenance().get("adapter").contains("gaussian-noise"));
    assertEquals(
        new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.PROJECTION, 4, 2),
        model.config().prefix());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"type\": \"clip-t5\"|\"type\": \"other\"|type: expected clip-t5",
        "\"type\": \"linear\"|\"type\": \"seq\"|adapter.type: expected linear",
        "\"n_constant\": 2|\"n_constant\": 3|constant_tokens",
        "\"n_tokens\": 4|\"n_tokens\": 5|expected shape [120, 20], found [96, 20]",
        "\"n_tokens\": 4|\"n_tokens\": 0|prefix.length",
        "\"adapter\"|\"tokenizer\"|adapter: expected an object",
      })
  void whatDoesNotFitIsRefusedAndNothingWritten(String from, String to, String expected)
      throws IOException {
    String json = Files.readString(Checkpoints.path("close/model.json"));
    assertTrue(json.contains(from), from);
    Path changed = Files.writeString(directory.resolve("model.json"), json.replace(from, to));
    UnusableFileException refusal =
        assertThrows(
            UnusableFileException.class, () -> convert(changed, Checkpoints.path("t5-v10")));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
    assertFalse(Files.exists(directory.resolve("model")));
  }

  @Test
  void theConfigurationOfAnotherT5IsRefused() {
    UnusableFileException refusal =
        assertThrows(
            UnusableFileException.class,
            () -> convert(Checkpoints.path("close/model.json"), Checkpoints.path("t5-v11")));
    assertTrue(refusal.getMessage().contains("state-ep8.pth"), refusal.getMessage());
  }

  @Test
  void anExistingDirectoryIsNotTouched() throws IOException {
    Files.createDirectory(directory.resolve("model"));
    assertThrows(IllegalArgumentException.class, this::convert);
  }
}
