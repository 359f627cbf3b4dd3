package io.github.close4j.examples.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener.Step;
import io.github.close4j.training.TrainingListener.Validated;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingRecorder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunReportTest {
  private static final int STEPS_AN_EPOCH = 3;

  @TempDir private Path folder;

  /** Records epochs as the trainer tells of them, up to a step. */
  private void record(int firstEpoch, long after, long untilStep) {
    try (TrainingRecorder recorder = new TrainingRecorder(folder)) {
      recorder.onStart(TrainingOptions.defaults(), "cpu", "asked for");
      long step = after;
      for (int epoch = firstEpoch; epoch <= 2; epoch++) {
        recorder.onEpochStarted(epoch, 2, step, 2 * STEPS_AN_EPOCH);
        while (step < (long) epoch * STEPS_AN_EPOCH) {
          if (step == untilStep) {
            return;
          }
          step++;
          recorder.onStep(new Step(epoch, step, 2 * STEPS_AN_EPOCH, 4.0 / step, 1e-3, 0.5, 9));
        }
        recorder.onEpochFinished(epoch, step, 1);
        recorder.onValidated(validated(epoch, step));
        recorder.onCheckpoint(folder.resolve("c"), epoch, step, false);
      }
    }
  }

  private static Validated validated(int epoch, long step) {
    TrainingExample shown = new TrainingExample(List.of("<b>"), "q", List.of("t"));
    return new Validated(
        epoch,
        step,
        Double.NaN,
        Map.of("BLEU-4", 0.25),
        List.of(shown),
        List.of("said & done"),
        true);
  }

  @Test
  void aReportShowsCurvesValidationsExamplesAndSettings() {
    record(1, 0, Long.MAX_VALUE);
    HtmlPage page = new HtmlPage("A run <1>");
    RunReport.addRun(page, folder.resolve(TrainingRecorder.LOG));
    JsonObject configuration = new JsonObject();
    JsonObject options = new JsonObject();
    options.addProperty("epochs", 2);
    configuration.add("options", options);
    RunReport.addConfiguration(page, configuration);
    String html = page.toString();

    assertTrue(html.contains("<h1>A run &lt;1&gt;</h1>"), html);
    // Loss, learning rate, gradient norm, BLEU-4; the validation's loss is no number.
    assertEquals(4, html.split("<img ", -1).length - 1);
    assertTrue(html.contains("<tr><td>2 *</td><td>6</td><td>–</td><td>0.2500</td></tr>"), html);
    assertTrue(
        html.contains("<tr><td>&lt;b&gt;</td><td>q</td><td>t</td><td>said &amp; done</td></tr>"),
        html);
    assertTrue(html.contains("<tr><td>options.epochs</td><td>2</td></tr>"), html);
    assertFalse(html.contains("http"), "a page needs no other file");
  }
}
