package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.internal.model.PrefixConfig;
import io.github.close4j.training.TrainingListener.ShownExample;
import io.github.close4j.training.TrainingListener.StepTaken;
import io.github.close4j.training.TrainingListener.Validated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingRunTest {
  @TempDir private Path directory;
  private TinyRun run;

  @BeforeEach
  void makeRun() throws IOException {
    run = TinyRun.in(directory);
  }

  /** What a run tells, in its order. */
  private static final class Told implements TrainingListener {
    private final List<String> events = new ArrayList<>();
    private final List<StepTaken> steps = new ArrayList<>();
    private final List<Validated> validations = new ArrayList<>();

    @Override
    public void onProgress(Progress progress) {}

    @Override
    public void onDevice(DeviceUsed device) {
      events.add("device " + device.name());
    }

    @Override
    public void onResumed(Resumed resumed) {
      events.add("resumed " + resumed.step());
    }

    @Override
    public void onEpochStarted(EpochStarted started) {
      events.add("epoch " + started.epoch() + " after step " + started.step());
    }

    @Override
    public void onStep(StepTaken taken) {
      steps.add(taken);
    }

    @Override
    public void onEpochFinished(EpochFinished finished) {
      events.add("finished " + finished.epoch());
    }

    @Override
    public void onValidated(Validated validated) {
      events.add("validated " + validated.epoch());
      validations.add(validated);
    }

    @Override
    public void onStoppedEarly(StoppedEarly stopped) {
      events.add("stopped, best " + stopped.bestEpoch());
    }
  }

  private TinyRun other(TrainingOptions.Builder options) throws IOException {
    return TinyRun.in(Files.createTempDirectory(directory, "other"), options.build());
  }

  @Test
  void eventsComeInTheOrderInWhichThingsHappen() {
    Told told = new Told();
    run.run(run.fresh(), told);

    assertEquals("device cpu", told.events.get(0));
    assertEquals(
        List.of("epoch 1 after step 0", "finished 1", "validated 1", "epoch 2 after step 6"),
        told.events.subList(1, 5));
    assertEquals(TinyRun.STEPS, told.steps.size());
    for (int i = 0; i < TinyRun.STEPS; i++) {
      StepTaken step = told.steps.get(i);
      assertEquals(i + 1, step.step());
      assertEquals(0.01 * (TinyRun.STEPS - i) / TinyRun.STEPS, step.learningRate(), 1e-12);
      assertTrue(step.gradientNorm() > 0);
    }
  }

  @Test
  void validationShowsWhatTheNetworkSaysAndScoresIt() {
    Told told = new Told();
    run.run(run.fresh(), told);

    assertEquals(4, told.validations.size());
    double best = Double.POSITIVE_INFINITY;
    for (Validated validated : told.validations) {
      assertEquals(List.of("BLEU-1"), List.copyOf(validated.scores().keySet()));
      assertEquals(2, validated.shown().size());
      assertEquals(validated.loss() < best, validated.best());
      best = Math.min(best, validated.loss());
    }
  }

  @Test
  void whatIsShownIsWhatTheModelSays() throws IOException {
    TinyRun fitted =
        other(TinyRun.options().epochs(20).accumulation(1).keepBest(false).checkpointEverySteps(0));
    Told told = new Told();
    TrainingRun plan = fitted.fresh();
    fitted.run(plan.validatedOn(Validation.byLoss(plan.examples(), TinyRun::vectors, 42)), told);

    List<ShownExample> shown = told.validations.get(19).shown();
    EmbeddingBatch vectors = TinyRun.vectors(plan.examples(), TrainingListener.NONE);
    int dimension = vectors.dimension();
    try (Captioner captioner = Captioner.open(plan.output())) {
      for (int i = 0; i < shown.size(); i++) {
        float[] vector = Arrays.copyOfRange(vectors.values(), i * dimension, (i + 1) * dimension);
        assertEquals(
            captioner.caption(CaptionInput.ofVector(vector)).text(), shown.get(i).generated());
      }
    }
    assertTrue(
        shown.stream().map(ShownExample::generated).distinct().count() > 1,
        "the network was to say different things");
  }

  @Test
  void theModelIsTheBestEpochsIfThatIsAskedFor() throws IOException {
    run.run(run.fresh(), TrainingListener.NONE);
    Path best = run.checkpoints().resolve("best.safetensors");

    Safetensors weights = Safetensors.open(best);
    Safetensors model = Safetensors.open(run.fresh().output().resolve("t5.safetensors"));
    for (String name : model.names()) {
      assertArrayEquals(
          weights.tensor("t5." + name).toFloatArray(), model.tensor(name).toFloatArray());
    }
  }

  @Test
  void aRunThatGetsNoBetterStopsEarly() throws IOException {
    TinyRun impatient = other(TinyRun.options().epochs(10).earlyStopPatience(2));
    Told told = new Told();
    int[] calls = new int[1];
    TextEvaluator worse = (examples, generated) -> Map.of("score", (double) -calls[0]++);
    TrainingRun plan = impatient.fresh();
    Validation validation = plan.validation();
    impatient.run(
        plan.validatedOn(
            new Validation(validation.examples(), validation.vectors(), 0, worse, "score")),
        told);

    assertEquals(3, told.validations.size());
    assertEquals("stopped, best 1", told.events.get(told.events.size() - 1));
  }

  @Test
  void accumulationIsTheSameAsOneLargeBatch() throws IOException {
    TrainingOptions.Builder options =
        TinyRun.options().dropout(0).lengthBucketed(false).keepBest(false);
    TinyRun small = other(options.batchSize(3).accumulation(4));
    TinyRun large = other(options.batchSize(12).accumulation(1));
    Told ofSmall = new Told();
    Told ofLarge = new Told();

    small.run(small.fresh(), ofSmall);
    large.run(large.fresh(), ofLarge);

    assertEquals(ofLarge.steps.size(), ofSmall.steps.size());
    for (int i = 0; i < ofLarge.steps.size(); i++) {
      StepTaken expected = ofLarge.steps.get(i);
      assertEquals(expected.targetTokens(), ofSmall.steps.get(i).targetTokens());
      assertEquals(expected.loss(), ofSmall.steps.get(i).loss(), 1e-5);
      assertEquals(expected.gradientNorm(), ofSmall.steps.get(i).gradientNorm(), 1e-4);
    }
  }

  @Test
  void bfloat16LearnsAsFloat32DoesButLessExactly() throws IOException {
    TrainingOptions.Builder options = TinyRun.options().dropout(0).keepBest(false);
    TinyRun exact = other(options);
    TinyRun rounded = other(options.bfloat16(true));
    Told ofExact = new Told();
    Told ofRounded = new Told();

    exact.run(exact.fresh(), ofExact);
    rounded.run(rounded.fresh(), ofRounded);

    // A product of bfloat16 is off by 2^-8 at most; later, two runs part from each other step by
    // step, so that only their means are alike.
    double first = ofExact.steps.get(0).loss();
    assertEquals(first, ofRounded.steps.get(0).loss(), first / 256);
    double last = meanLossOfLastEpoch(ofExact);
    assertTrue(last < 0.9 * first, "the network was to learn");
    assertEquals(last, meanLossOfLastEpoch(ofRounded), 0.1 * (first - last));
  }

  private static double meanLossOfLastEpoch(Told told) {
    return told.steps.stream()
        .filter(step -> step.epoch() == 4)
        .mapToDouble(StepTaken::loss)
        .average()
        .orElseThrow();
  }

  @Test
  void aCheckpointOfAnotherRunIsRefused() throws IOException {
    run.run(run.fresh(), TrainingListener.NONE);
    TinyRun changed = TinyRun.in(directory, TinyRun.options().learningRate(0.02).build());
    TrainingRun plan = changed.fresh();
    TrainingRun elsewhere =
        new TrainingRun(
            plan.examples(),
            plan.vectors(),
            directory.resolve("elsewhere"),
            plan.workingDirectory(),
            plan.validation(),
            true);

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> changed.run(elsewhere, TrainingListener.NONE));

    assertTrue(refused.getMessage().contains("checkpoint of another run: options: expected"));
    assertTrue(refused.getMessage().contains("learningRate=0.01"), refused.getMessage());
    assertTrue(refused.getMessage().contains("learningRate=0.02"), refused.getMessage());
    IllegalArgumentException occupied =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                run.run(
                    TrainingRun.of(plan.examples(), plan.vectors(), directory.resolve("elsewhere"))
                        .in(plan.workingDirectory())
                        .validatedOn(plan.validation()),
                    TrainingListener.NONE));
    assertTrue(occupied.getMessage().contains("without checkpoints"), occupied.getMessage());
  }

  @Test
  void oneCheckpointIsLeftBesideTheBest() throws IOException {
    run.run(run.fresh(), TrainingListener.NONE);

    try (Stream<Path> files = Files.list(run.checkpoints())) {
      assertEquals(
          List.of("best.safetensors", "step-000000024.safetensors"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void whatAKilledProcessLeftUnfinishedIsNotReadAndGoes() throws IOException {
    run.run(run.fresh(), TrainingListener.NONE);
    Path unfinished = run.checkpoints().resolve("step-000000099.safetensors.7.tmp");
    Files.write(unfinished, new byte[100]);
    TinyRun again = TinyRun.in(directory);
    MoreFiles.deleteRecursively(again.fresh().output(), RecursiveDeleteOption.ALLOW_INSECURE);
    Told told = new Told();

    again.run(again.fresh().resumed(), told);

    assertEquals(List.of("device cpu", "resumed 24"), told.events);
    assertEquals(List.of(), told.steps);
    assertFalse(Files.exists(unfinished));
  }

  @Test
  void aNonFiniteLossLeavesItsBatchAndTheStateBefore() throws IOException {
    TrainingRun plan = run.fresh();
    TrainingVectors broken =
        (examples, listener) -> {
          EmbeddingBatch vectors = TinyRun.vectors(examples, listener);
          vectors.values()[17 * TinyModel.CLIP_DIM] = Float.NaN;
          return vectors;
        };
    CaptionTraining training =
        new CaptionTraining(
            TinyModel.config(PrefixConfig.projection()),
            TinyModel.clip(directory),
            TinyModel.t5Tokenizer(directory),
            null,
            ModalityAdapter.identity(),
            TinyRun.options().build(),
            DataType.F32);

    NonFiniteLossException stopped =
        assertThrows(
            NonFiniteLossException.class,
            () ->
                training.run(
                    new TrainingRun(
                        plan.examples(),
                        broken,
                        plan.output(),
                        plan.workingDirectory(),
                        plan.validation(),
                        false),
                    TrainingListener.NONE));

    List<Path> batches;
    try (Stream<Path> files = Files.list(plan.workingDirectory())) {
      batches = files.filter(file -> file.toString().endsWith(".json")).toList();
    }
    assertEquals(1, batches.size());
    assertTrue(stopped.getMessage().contains(batches.get(0).toString()), stopped.getMessage());
    String saved = Files.readString(batches.get(0));
    assertTrue(saved.contains("\"example\": 17"), saved);
    assertTrue(saved.contains(plan.examples().get(17).targets().get(0)), saved);
    assertFalse(Files.exists(plan.output()));
  }

  @Test
  void vectorsOfAnotherClipAreRefusedBeforeTraining() {
    TrainingVectors narrow = (examples, l) -> EmbeddingBatch.allocate(examples.size(), 3);

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                run.run(
                    TrainingRun.of(TinyRun.examples(5, 1), narrow, directory.resolve("m"))
                        .validatedOn(run.fresh().validation())
                        .in(directory.resolve("w")),
                    TrainingListener.NONE));

    assertEquals("vectors: expected 5 of 16 components, found 5 of 3", refused.getMessage());
  }

  @Test
  void aWorkingDirectoryThatCannotBeMadeIsRefusedBeforeTraining() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    TrainingRun plan = run.fresh().in(file.resolve("work"));
    Told told = new Told();

    assertThrows(UncheckedIOException.class, () -> run.run(plan, told));

    assertEquals(List.of(), told.steps);
  }

  @Test
  void roomIsAskedForBeforeTraining() {
    UncheckedIOException refused =
        assertThrows(
            UncheckedIOException.class,
            () -> WorkingDirectory.requireRoom(directory.resolve("a/b"), Long.MAX_VALUE));

    assertTrue(refused.getMessage().contains("expected room for"), refused.getMessage());
  }

  @Test
  void optionsThatNeedAValidationAreRefusedWithoutOne() {
    TrainingRun plan =
        TrainingRun.of(TinyRun.examples(5, 1), TinyRun::vectors, directory.resolve("m"));

    assertThrows(IllegalArgumentException.class, () -> run.run(plan, TrainingListener.NONE));
  }
}
