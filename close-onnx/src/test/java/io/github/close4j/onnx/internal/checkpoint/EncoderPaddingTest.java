package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers to a padded batch against the reference's ({@code padding_golden.py}). */
final class EncoderPaddingTest {
  private static final int ROWS = 12;
  private static final int DIMENSION = 20;
  private static final int LONGEST = 9;
  private static final int MAX_TOKENS = 12;
  private static final double TOLERANCE = 1e-3;
  private static final Decoding DECODING = Decoding.beam(5).maxNewTokens(MAX_TOKENS);

  @TempDir private Path directory;
  private Path model;
  private Safetensors golden;
  private List<CaptionInput> inputs;

  @BeforeEach
  void convert() {
    model = directory.resolve("model");
    ReferenceCheckpoint.convert(
        Checkpoints.path("close/model.json"),
        Checkpoints.path("close/state-ep8.pth"),
        Checkpoints.path("clip-quick-gelu"),
        Checkpoints.path("t5-v10"),
        model);
    golden = Safetensors.open(Checkpoints.path("padding.safetensors"));
    float[] vectors = golden.tensor("vectors").toFloatArray();
    long[] texts = golden.tensor("texts").toLongArray();
    inputs = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      float[] vector = Arrays.copyOfRange(vectors, i * DIMENSION, (i + 1) * DIMENSION);
      String text = words(Arrays.copyOfRange(texts, i * LONGEST, (i + 1) * LONGEST));
      inputs.add(CaptionInput.ofVector(vector).withText(text));
    }
  }

  @Test
  void answersToAPaddedBatchAreTheReferences() {
    List<Caption> found = captions(true, ROWS);
    long[] tokens = golden.tensor("tokens").toLongArray();
    for (int i = 0; i < ROWS; i++) {
      long[] expected = Arrays.copyOfRange(tokens, i * MAX_TOKENS, (i + 1) * MAX_TOKENS);
      assertEquals(words(expected), found.get(i).text(), "input " + i);
      assertEquals(score(i), found.get(i).logProbability(), TOLERANCE, "input " + i);
    }
  }

  @Test
  void paddingMattersOnlyWhereItIsAttendedTo() {
    List<Caption> attended = captions(true, ROWS);
    List<Caption> masked = captions(false, ROWS);
    List<Caption> single = captions(false, 1);
    for (int i = 0; i < ROWS; i++) {
      assertEquals(single.get(i).text(), masked.get(i).text());
      assertEquals(
          single.get(i).logProbability(), masked.get(i).logProbability(), TOLERANCE, "input " + i);
    }
    long other =
        IntStream.range(0, ROWS)
            .filter(i -> Math.abs(masked.get(i).logProbability() - score(i)) > 10 * TOLERANCE)
            .count();
    assertTrue(other > ROWS / 2, other + " of " + ROWS + " differ");
    // The longest text has no padding behind it.
    assertEquals(
        masked.get(0).logProbability(), attended.get(0).logProbability(), TOLERANCE, "longest");
  }

  @Test
  void oneInputARunHasNoPadding() {
    List<Caption> attended = captions(true, 1);
    List<Caption> masked = captions(false, 1);
    for (int i = 0; i < ROWS; i++) {
      assertEquals(masked.get(i).text(), attended.get(i).text());
      assertEquals(
          masked.get(i).logProbability(),
          attended.get(i).logProbability(),
          TOLERANCE,
          "input " + i);
    }
  }

  private List<Caption> captions(boolean attended, int batchSize) {
    InferenceOptions options =
        InferenceOptions.defaults().batchSize(batchSize).attendedPadding(attended);
    try (Captioner captioner = Captioner.open(model, options)) {
      return captioner.caption(inputs, DECODING).stream().map(found -> found.get(0)).toList();
    }
  }

  private double score(int row) {
    return golden.tensor("scores").toFloatArray()[row];
  }

  /** Every id but the special ones is a word of its own, so equal words are equal ids. */
  private static String words(long[] ids) {
    return Arrays.stream(ids)
        .takeWhile(id -> id > 1)
        .mapToObj(id -> "w" + id)
        .collect(Collectors.joining(" "));
  }
}
