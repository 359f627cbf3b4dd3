package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.tensor.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application gets: text, log-probability and score under each way of decoding. */
class CaptionerGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"projection", "projection-text", "constants-split-text"})
  void captionsAreThoseOfTheGoldenFiles(String kind) {
    List<CaptionInput> inputs = inputs(temporary, kind.endsWith("text"));
    Path directory = TinyModel.write(temporary, GoldenCaptions.prefixOf(kind));
    try (Captioner captioner =
        Captioner.open(directory, InferenceOptions.defaults().threads(1).batchSize(16))) {
      for (GoldenCaptions.Case golden : GoldenCaptions.read()) {
        if (golden.kind().equals(kind)) {
          assertSame(golden, captioner.caption(inputs, golden.decoding()));
        }
      }
    }
  }

  /** Golden vectors, with the texts that the tokenizer reads as the golden ids. */
  static List<CaptionInput> inputs(Path temporary, boolean withText) {
    Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
    float[] vectors = cases.tensor("vectors").toFloatArray();
    long[] text = TinyModel.longs(cases.tensor("text"));
    int columns = (int) cases.tensor("text").shape()[1];
    List<CaptionInput> inputs = new ArrayList<>();
    for (int i = 0; i < vectors.length / TinyModel.CLIP_DIM; i++) {
      CaptionInput input = CaptionInput.ofVector(TinyModel.row(vectors, TinyModel.CLIP_DIM, i));
      if (withText) {
        StringBuilder words = new StringBuilder();
        for (int j = i * columns; text[j] != 1; j++) {
          words.append("w").append(text[j]).append(' ');
        }
        input = input.withText(words.toString());
      }
      inputs.add(input);
    }
    return inputs;
  }

  static void assertSame(GoldenCaptions.Case golden, List<List<Caption>> captions) {
    assertSame(golden, captions, TOLERANCE);
  }

  /** {@code tolerance} is that of a score; a sum of log-probabilities may be off by twice that. */
  static void assertSame(
      GoldenCaptions.Case golden, List<List<Caption>> captions, double tolerance) {
    assertEquals(golden.items().size(), captions.size());
    boolean normalized = golden.decoding().isLengthNormalized();
    for (int item = 0; item < captions.size(); item++) {
      List<Caption> found = captions.get(item);
      assertEquals(golden.decoding().beams(), found.size());
      for (int i = 0; i < found.size(); i++) {
        GoldenCaptions.Hypothesis expected = golden.items().get(item).get(i);
        String where = golden + ", input " + item + ", caption " + i;
        Caption caption = found.get(i);
        assertEquals(text(expected.ids()), caption.text(), where);
        assertEquals(
            expected.ids(), caption.tokenIds().stream().map(Integer::longValue).toList(), where);
        assertEquals(0, caption.unreadTextTokens(), where);
        assertEquals(expected.logProbability(), caption.logProbability(), 2 * tolerance, where);
        assertEquals(expected.score(), caption.score(), tolerance, where);
        assertTrue(caption.logProbability() <= 0, where);
        assertTrue(i == 0 || found.get(i - 1).score() >= caption.score(), where);
        if (!normalized) {
          assertEquals(caption.logProbability(), caption.score(), where);
        }
      }
    }
  }

  /** Words of ids; special tokens are not part of the text. */
  private static String text(List<Long> ids) {
    return ids.stream().filter(id -> id > 2).map(id -> "w" + id).collect(Collectors.joining(" "));
  }
}
