package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.close4j.training.TrainingListener.Step;
import io.github.close4j.training.TrainingListener.Validated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingRecorderTest {
  private static final int STEPS_AN_EPOCH = 3;

  @TempDir private Path folder;

  /** Records epochs as the trainer tells of them, up to a step. */
  private void record(int firstEpoch, long after, long untilStep) {
    try (TrainingRecorder recorder = new TrainingRecorder(folder)) {
      recorder.onStart(TrainingOptions.defaults().threads(2), "cpu", "asked for");
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

  private List<String> log() throws IOException {
    return Files.readAllLines(folder.resolve(TrainingRecorder.LOG)).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .map(line -> line.get("event").getAsString() + " " + line.get("step").getAsString())
        .toList();
  }

  private static final List<String> UNDISTURBED =
      List.of(
          "start 0",
          "step 1",
          "step 2",
          "step 3",
          "epoch 3",
          "validation 3",
          "checkpoint 3",
          "step 4",
          "step 5",
          "step 6",
          "epoch 6",
          "validation 6",
          "checkpoint 6");

  @Test
  void everyEventIsALine() throws IOException {
    record(1, 0, Long.MAX_VALUE);

    assertEquals(UNDISTURBED, log());
    JsonObject step =
        JsonParser.parseString(Files.readAllLines(folder.resolve(TrainingRecorder.LOG)).get(1))
            .getAsJsonObject();
    assertEquals(4, step.get("loss").getAsDouble());
    assertEquals(1e-3, step.get("learningRate").getAsDouble());
    assertEquals(0.5, step.get("gradientNorm").getAsDouble());
    assertEquals(1, step.get("epoch").getAsInt());
    assertEquals(9, step.get("targetTokens").getAsInt());
    String start = Files.readAllLines(folder.resolve(TrainingRecorder.LOG)).get(0);
    assertTrue(start.endsWith("\"device\":\"cpu\",\"threads\":2,\"bfloat16\":false}"), start);
  }

  @Test
  void aResumedRunRepeatsNoStep() throws IOException {
    record(1, 0, 5);
    // What a kill in the middle of a line leaves.
    Files.writeString(
        folder.resolve(TrainingRecorder.LOG),
        "{\"event\":\"step\",\"st",
        StandardOpenOption.APPEND);
    record(2, 3, Long.MAX_VALUE);

    assertEquals(
        Stream.of(
                UNDISTURBED.subList(0, 7).stream(),
                Stream.of("start 3"),
                UNDISTURBED.subList(7, UNDISTURBED.size()).stream())
            .flatMap(lines -> lines)
            .toList(),
        log());
    assertEquals(2, eventFiles());
  }

  @Test
  void aRunFromTheStartBeginsANewLog() throws IOException {
    record(1, 0, 2);
    record(1, 0, Long.MAX_VALUE);

    assertEquals(UNDISTURBED, log());
  }

  private long eventFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(TrainingRecorder.TENSORBOARD))) {
      return files.count();
    }
  }
}
