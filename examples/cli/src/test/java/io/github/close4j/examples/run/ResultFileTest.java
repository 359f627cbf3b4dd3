package io.github.close4j.examples.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.EvaluationReport;
import io.github.close4j.training.Prediction;
import io.github.close4j.training.corpus.Corpora;
import io.github.close4j.training.corpus.MalformedRecordException;
import io.github.close4j.training.corpus.MalformedRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultFileTest {
  @TempDir private Path folder;

  @Test
  void resultFilesAreCocos() throws IOException {
    List<Prediction> predictions =
        List.of(
            new Prediction("42", "A \"red\" café."),
            new Prediction("007", ""),
            new Prediction("a.png", "x"));
    Path file = folder.resolve("results.json");
    ResultFile.CAPTIONS.write(predictions, file);
    assertEquals(
        "[{\"image_id\":42,\"caption\":\"A \\\"red\\\" café.\"},"
            + "{\"image_id\":\"007\",\"caption\":\"\"},"
            + "{\"image_id\":\"a.png\",\"caption\":\"x\"}]",
        Files.readString(file));
    assertEquals(predictions, ResultFile.CAPTIONS.read(file, MalformedRecords.stop()));
    assertThrows(
        MalformedRecordException.class,
        () -> ResultFile.ANSWERS.read(file, MalformedRecords.stop()));
  }

  /** Every machine caption of the file is one that people wrote of its picture. */
  @Test
  void resultsOfCocoAreScored() {
    Path data = Path.of("../../../shared/data/coco");
    assumeTrue(Files.isDirectory(data), () -> "skipped: no captions of COCO at " + data);
    EvaluationReport report =
        Evaluation.captions(
            "COCO val2014",
            ResultFile.CAPTIONS.read(
                data.resolve("fakecap_results.json.gz"), MalformedRecords.stop()),
            Corpora.coco(data.resolve("captions_val2014.json.gz")).read(MalformedRecords.stop()),
            List.of(CaptionMetric.values()));
    assertEquals(1000, report.examples().size());
    for (CaptionMetric metric : CaptionMetric.values()) {
      double score = report.scores().get(metric.title());
      if (metric.title().startsWith("CIDEr")) {
        assertTrue(score > 2, metric + ": " + score);
      } else {
        assertEquals(1, score, 1e-9, metric.title());
      }
    }
  }
}
