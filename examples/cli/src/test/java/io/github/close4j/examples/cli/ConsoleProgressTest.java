package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener.Validated;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConsoleProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long seconds;
  private final ConsoleProgress progress =
      new ConsoleProgress(
          out, new ProgressDisplay.Lines(out::println, () -> Instant.ofEpochSecond(seconds)));

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void whereNobodyLooksOnThereIsALineEveryHalfMinuteAndOneAtTheEnd() {
    for (int step = 1; step <= 101; step++) {
      progress.showStep(step, 101, 2.5);
      seconds++;
    }

    assertEquals(
        List.of(
            "Training: 31 of 101 steps, 1.00 steps/s, 0:01:10 left, loss 2.500",
            "Training: 61 of 101 steps, 1.00 steps/s, 0:00:40 left, loss 2.500",
            "Training: 91 of 101 steps, 1.00 steps/s, 0:00:10 left, loss 2.500",
            "Training: 101 of 101 steps, 1.00 steps/s, 0:00:00 left, loss 2.500"),
        lines());
  }

  @Test
  void theRateOfAResumedRunIsOfItsOwnSteps() {
    progress.showStep(5001, 9001, 1);
    seconds = 100;
    progress.showStep(5401, 9001, 1);

    assertEquals(
        List.of("Training: 5401 of 9001 steps, 4.00 steps/s, 0:15:00 left, loss 1.000"), lines());
  }

  @Test
  void aPhaseOfOneReportHasNoRate() {
    progress.onEncoding(7, 7);

    assertEquals(List.of("Encoding with CLIP: 7 of 7 texts"), lines());
  }

  @Test
  void aValidationIsToldWithItsExamples() {
    progress.onValidated(
        new Validated(
            2,
            40,
            1.25,
            Map.of("CIDEr-D", 0.5),
            List.of(new TrainingExample(List.of("a"), null, List.of("a star"))),
            List.of("a red star"),
            true));

    assertEquals(
        List.of(
            "epoch 2, validation: loss 1.2500, CIDEr-D 0.5000 (best)", "  a star -> a red star"),
        lines());
  }
}
