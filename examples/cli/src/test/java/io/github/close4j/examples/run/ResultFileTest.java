package io.github.close4j.examples.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultFileTest {
  @TempDir private Path folder;

  @Test
  void resultFilesAreCocos() throws IOException {
    Map<String, String> predictions = new LinkedHashMap<>();
    predictions.put("42", "A \"red\" café.");
    predictions.put("007", "");
    predictions.put("a.png", "x");
    Path file = folder.resolve("results.json");
    ResultFile.CAPTIONS.write(predictions, file);
    assertEquals(
        "[{\"image_id\":42,\"caption\":\"A \\\"red\\\" café.\"},"
            + "{\"image_id\":\"007\",\"caption\":\"\"},"
            + "{\"image_id\":\"a.png\",\"caption\":\"x\"}]",
        Files.readString(file));
    assertEquals(
        List.copyOf(predictions.entrySet()),
        List.copyOf(ResultFile.CAPTIONS.read(file, null).entrySet()));
    assertThrows(UnusableFileException.class, () -> ResultFile.ANSWERS.read(file, null));
  }

  @Test
  void twoPredictionsOfOneIdAreRefused() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("twice.json"),
            "[{\"image_id\": 1, \"caption\": \"a\"}, {\"image_id\": \"1\", \"caption\": \"b\"}]");

    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> ResultFile.CAPTIONS.read(file, null));

    assertEquals(file + ": prediction of id 1: expected one, found another", refused.getMessage());
  }

  /** Data frames write whole numbers as 42.0 where one is missing, and a missing one as NaN. */
  @Test
  void idsMeetThoseOfTheCorpusHoweverTheyAreWritten() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("floats.json"),
            "[{\"image_id\": 42.0, \"caption\": \"a\"}, {\"image_id\": \"7.0\", \"caption\": \"b\"},"
                + " {\"image_id\": 1e2, \"caption\": \"c\"}]");
    assertEquals(Map.of("42", "a", "7", "b", "100", "c"), ResultFile.CAPTIONS.read(file, null));
    for (String id : List.of("NaN", "Infinity", "'42'", "\"NaN\"")) {
      Path none =
          Files.writeString(
              folder.resolve("none.json"), "[{\"image_id\": " + id + ", \"caption\": \"a\"}]");
      assertThrows(UnusableFileException.class, () -> ResultFile.CAPTIONS.read(none, null), id);
    }
  }

  /** Every machine caption of the file is one that people wrote of its picture. */
  @Test
  void resultsOfCocoAreScored() {
    Path data = Path.of("../../../shared/data/coco");
    assumeTrue(Files.isDirectory(data), () -> "skipped: no captions of COCO at " + data);
    Evaluation evaluation =
        Evaluation.captions(
            "COCO val2014",
            ResultFile.CAPTIONS.read(data.resolve("fakecap_results.json.gz"), null),
            Corpus.coco(data.resolve("captions_val2014.json.gz")).read(),
            List.of(CaptionMetric.values()));
    assertEquals(1000, evaluation.examples().size());
    for (CaptionMetric metric : CaptionMetric.values()) {
      double score = evaluation.scores().get(metric.title());
      if (metric.title().startsWith("CIDEr")) {
        assertTrue(score > 2, metric + ": " + score);
      } else {
        assertEquals(1, score, 1e-9, metric.title());
      }
    }
  }
}
