package io.github.close4j.examples.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunTest {
  private static final List<String> CAPTIONS =
      List.of(
          "a red star",
          "the blue box here",
          "one small disc",
          "two green stars alone",
          "big cross");

  private static Path base;

  @TempDir private Path directory;
  private Path corpus;
  private Path vectors;

  @BeforeAll
  static void findBase() {
    base = BuiltInModel.SCENES.directory();
  }

  @BeforeEach
  void writeInputs() throws IOException {
    corpus = Files.write(directory.resolve("captions.txt"), CAPTIONS);
    SplittableRandom random = new SplittableRandom(7);
    EmbeddingBatch images =
        EmbeddingBatch.allocate(CAPTIONS.size(), ModelDirectory.open(base).embeddingDimension());
    for (int i = 0; i < images.values().length; i++) {
      images.values()[i] = (float) random.nextGaussian();
    }
    vectors = directory.resolve("images.safetensors");
    images.write(vectors);
  }

  private RunDescription run() {
    CorpusFiles captions = CorpusFiles.captions(corpus);
    return new RunDescription(
        CorpusTask.CAPTIONING_SINGLE,
        40,
        captions,
        false,
        RunDescription.Base.ofModel(base, true),
        new RunDescription.Adapter(null, 0.05),
        TrainingOptions.defaults().epochs(2).batchSize(2).threads(1),
        new RunDescription.Validation(captions, 2, null),
        new RunDescription.Evaluation(captions, null, InputFile.of(vectors), "CIDEr-D"));
  }

  private Run training(RunDescription run, String name) {
    return new Run(run, directory.resolve(name), directory.resolve("vectors"), warning -> {});
  }

  private Path inRun(String model, String name) {
    return Run.folder(directory.resolve(model)).resolve(name);
  }

  @Test
  void whatARunLeavesTellsAllOfIt() throws IOException {
    training(run(), "m").start(TrainingListener.NONE);

    List<String> events = new ArrayList<>();
    for (String line : Files.readAllLines(inRun("m", TrainingRecorder.LOG))) {
      events.add(JsonParser.parseString(line).getAsJsonObject().get("event").getAsString());
    }
    assertEquals(6, events.stream().filter("step"::equals).count(), events::toString);
    assertEquals(2, events.stream().filter("validation"::equals).count(), events::toString);
    String page = Files.readString(inRun("m", Run.REPORT));
    for (String part : List.of("Training", "Validation on text", "Evaluation", "Configuration")) {
      assertTrue(page.contains("<h2>" + part), part);
    }
    assertEquals(5, training(run(), "m").evaluation().examples().size());
    assertEquals(run(), RunFile.read(inRun("m", Run.RUN_FILE)));
  }

  @Test
  void theRunFileRepeatsTheRun() throws IOException {
    training(run(), "first").start(TrainingListener.NONE);
    RunDescription again = RunFile.read(inRun("first", Run.RUN_FILE));
    training(again, "second").start(TrainingListener.NONE);

    for (String name : List.of(ModelFolder.T5_WEIGHTS, ModelFolder.PREFIX_WEIGHTS)) {
      assertArrayEquals(
          Files.readAllBytes(directory.resolve("first").resolve(name)),
          Files.readAllBytes(directory.resolve("second").resolve(name)));
    }
    assertEquals(training(again, "first").evaluation(), training(again, "second").evaluation());
  }

  @Test
  void aRunThatIsCutOffGoesOnToTheSameEndWithoutRepeatingAStep() throws IOException {
    training(run(), "undisturbed").start(TrainingListener.NONE);
    TrainingListener cutting =
        step -> {
          if (step.step() == 5) {
            throw new IllegalStateException("cut off");
          }
        };
    assertThrows(IllegalStateException.class, () -> training(run(), "m").start(cutting));
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), loggedSteps("m"));
    assertTrue(
        Files.readString(inRun("m", Run.REPORT)).contains("5 steps."),
        "a failed run shows how far it came");

    training(run(), "m").resume(TrainingListener.NONE);

    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), loggedSteps("m"));
    assertArrayEquals(
        Files.readAllBytes(directory.resolve("undisturbed").resolve(ModelFolder.T5_WEIGHTS)),
        Files.readAllBytes(directory.resolve("m").resolve(ModelFolder.T5_WEIGHTS)));
  }

  private List<Long> loggedSteps(String model) throws IOException {
    List<Long> steps = new ArrayList<>();
    for (String text : Files.readAllLines(inRun(model, TrainingRecorder.LOG))) {
      JsonObject line = JsonParser.parseString(text).getAsJsonObject();
      if (line.get("event").getAsString().equals("step")) {
        steps.add(line.get("step").getAsLong());
      }
    }
    return steps;
  }

  @Test
  void aRunThatWasRefusedCanBeStartedCorrected() {
    RunDescription run = run();
    RunDescription impossible =
        new RunDescription(
            run.task(),
            run.maxWords(),
            run.corpus(),
            run.skipMalformed(),
            run.base(),
            run.adapter(),
            TrainingOptions.defaults().earlyStopPatience(1),
            null,
            null);
    assertThrows(
        IllegalArgumentException.class,
        () -> training(impossible, "m").start(TrainingListener.NONE));

    training(run, "m").start(TrainingListener.NONE);
  }

  @Test
  void aChangedCorpusIsRefusedBeforeAnythingIsWritten() throws IOException {
    RunDescription run = run();
    Files.writeString(corpus, "a heart\n");

    assertThrows(
        IllegalArgumentException.class, () -> training(run, "m").start(TrainingListener.NONE));

    assertTrue(Files.notExists(Run.folder(directory.resolve("m"))));
  }

  @Test
  void anotherRunsFolderIsRefused() {
    training(run(), "m").start(TrainingListener.NONE);

    assertThrows(
        IllegalArgumentException.class, () -> training(run(), "m").start(TrainingListener.NONE));
    assertThrows(
        IllegalArgumentException.class,
        () -> training(run().withSeed(9), "m").resume(TrainingListener.NONE));
  }

  @Test
  void whatIsLeftAfterTheTrainingIsDoneByResuming() throws IOException {
    training(run(), "m").start(TrainingListener.NONE);
    Files.delete(inRun("m", Run.EVALUATION));
    Files.delete(inRun("m", Run.REPORT));

    training(run(), "m")
        .resume(
            step -> {
              throw new AssertionError("trained again");
            });

    assertTrue(Files.exists(inRun("m", Run.EVALUATION)));
    assertTrue(Files.exists(inRun("m", Run.REPORT)));
  }

  @Test
  void aSweepTriesEveryNoiseAndSeedAndKeepsWhatIsDone() throws IOException {
    Path folder = directory.resolve("sweep");
    NoiseSweep half = new NoiseSweep(run(), List.of(0.0), List.of(1L, 2L), folder);
    half.run(TrainingListener.NONE, message -> {});
    List<String> messages = new ArrayList<>();

    SweepResult result =
        new NoiseSweep(run(), List.of(0.0, 0.5), List.of(1L, 2L), folder)
            .run(TrainingListener.NONE, messages::add);

    assertEquals(4, messages.size(), messages::toString);
    assertTrue(Files.notExists(folder.resolve("noise-0.5-seed-2.run/checkpoints")));
    assertEquals(
        List.of(true, true, false, false),
        messages.stream().map(message -> message.endsWith(", kept")).toList());
    assertEquals(2, result.rows().size());
    for (SweepResult.Row row : result.rows()) {
      double mean = (row.scores().get(0) + row.scores().get(1)) / 2;
      assertEquals(mean, row.mean(), 1e-12);
      assertEquals(
          Math.abs(row.scores().get(0) - row.scores().get(1)) / Math.sqrt(2),
          row.standardDeviation(),
          1e-12);
      assertTrue(result.best().mean() >= row.mean());
    }
    List<String> markdown = Files.readAllLines(folder.resolve("sweep.md"));
    assertEquals("| σ | mean CIDEr-D | ± sd | seed 1 | seed 2 |", markdown.get(0));
    assertEquals(result.conclusion(), markdown.get(markdown.size() - 1));
    assertTrue(Files.readString(folder.resolve("sweep.html")).contains("<h2>Configuration"));
  }

  @Test
  void aSweepWithoutAnythingToChooseByIsRefused() {
    RunDescription run = run();
    RunDescription blind =
        new RunDescription(
            run.task(),
            run.maxWords(),
            run.corpus(),
            run.skipMalformed(),
            run.base(),
            run.adapter(),
            run.options(),
            run.validation(),
            null);

    assertThrows(
        IllegalArgumentException.class,
        () -> new NoiseSweep(blind, List.of(0.1), List.of(1L), directory));
    assertThrows(
        IllegalArgumentException.class,
        () -> new NoiseSweep(run, List.of(0.1, 0.1), List.of(1L), directory));
  }
}
