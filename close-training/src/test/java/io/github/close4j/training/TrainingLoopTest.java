package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.training.TrainingListener.Step;
import io.github.close4j.training.TrainingListener.Validated;
import io.github.close4j.training.internal.loop.NewModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainingLoopTest {
  @TempDir private Path directory;
  private TinyRun run;

  @BeforeEach
  void makeRun() throws IOException {
    run = TinyRun.in(directory);
  }

  /** What a run tells, in its order. */
  private static final class Told implements TrainingListener {
    private final List<String> events = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Validated> validations = new ArrayList<>();

    @Override
    public void onStart(TrainingOptions options, String device, String reason) {
      events.add("device " + device);
    }

    @Override
    public void onResumed(Path checkpoint, int epoch, long step) {
      events.add("resumed " + step);
    }

    @Override
    public void onEpochStarted(int epoch, int epochs, long step, long totalSteps) {
      events.add("epoch " + epoch + " after step " + step);
    }

    @Override
    public void onStep(Step step) {
      steps.add(step);
    }

    @Override
    public void onEpochFinished(int epoch, long step, double meanLoss) {
      events.add("finished " + epoch);
    }

    @Override
    public void onValidated(Validated validated) {
      events.add("validated " + validated.epoch());
      validations.add(validated);
    }

    @Override
    public void onStoppedEarly(int epoch, int bestEpoch) {
      events.add("stopped, best " + bestEpoch);
    }
  }

  /** Ends a run at the checkpoint of a step. */
  private static TrainingListener stoppingAt(long last) {
    return new TrainingListener() {
      @Override
      public void onStep(Step step) {}

      @Override
      public void onCheckpoint(Path file, int epoch, long step, boolean best) {
        if (step == last && !best) {
          throw new IllegalStateException("the power is gone");
        }
      }
    };
  }

  private TinyRun other() throws IOException {
    return TinyRun.in(Files.createTempDirectory(directory, "other"));
  }

  private Told told(TrainingOptions options) throws IOException {
    Told told = new Told();
    TinyRun other = other();
    other.train(other.trainer().options(options).listener(told));
    return told;
  }

  @Test
  void eventsComeInTheOrderInWhichThingsHappen() {
    Told told = new Told();
    run.train(run.trainer().listener(told));

    assertEquals("device cpu", told.events.get(0));
    assertEquals(
        List.of("epoch 1 after step 0", "finished 1", "validated 1", "epoch 2 after step 6"),
        told.events.subList(1, 5));
    assertEquals(TinyRun.STEPS, told.steps.size());
    for (int i = 0; i < TinyRun.STEPS; i++) {
      Step step = told.steps.get(i);
      assertEquals(i + 1, step.step());
      assertEquals(0.01 * (TinyRun.STEPS - i) / TinyRun.STEPS, step.learningRate(), 1e-12);
      assertTrue(step.gradientNorm() > 0);
    }
  }

  /** Within an epoch, at the end of one, at the first step, and beyond the last. */
  @ParameterizedTest
  @CsvSource({"8, 2", "12, 2", "1, 1", "24, 4", "1000000, 4"})
  void aRunEndsAfterItsMostSteps(long maxSteps, int epochs) throws IOException {
    long steps = Math.min(maxSteps, TinyRun.STEPS);

    Told told = told(TinyRun.options().maxSteps(maxSteps));

    assertEquals(steps, told.steps.size());
    assertEquals(epochs, told.validations.size(), "the last epoch is judged, whole or not");
    assertEquals(steps, told.validations.get(epochs - 1).step());
    for (int i = 0; i < steps; i++) {
      double rate = told.steps.get(i).learningRate();
      assertEquals(0.01 * (steps - i) / steps, rate, 1e-12, "it falls over the steps taken");
      assertEquals(steps, told.steps.get(i).totalSteps());
    }
  }

  @Test
  void aRunOfSoManyStepsGoesOnWhereItWasStopped() throws IOException {
    TrainingOptions options = TinyRun.options().maxSteps(8);
    run.train(run.trainer().options(options));
    for (int last : new int[] {5, 7, 8}) {
      TinyRun broken = other();
      assertThrows(
          IllegalStateException.class,
          () -> broken.train(broken.trainer().options(options).listener(stoppingAt(last))));

      broken.train(broken.trainer().options(options).resume());

      assertArrayEquals(run.weights(), broken.weights(), "stopped after step " + last);
    }
  }

  /** A captioner that speaks a little, trained on by the CIDEr-D of what it says. */
  @Test
  void rewardedCaptionsGetBetterAndARunOfThemGoesOnWhereItWasStopped() throws IOException {
    run.train(run.trainer());
    TrainingOptions options = TinyRun.options().epochs(12).samples(8).keepBest(false);
    TinyRun whole = other();
    Told told = new Told();
    whole.train(rewarded(whole, options).listener(told));
    double first = told.steps.subList(0, 6).stream().mapToDouble(Step::loss).average().orElse(0);
    double last = told.steps.subList(66, 72).stream().mapToDouble(Step::loss).average().orElse(0);
    assertTrue(first < 0, "some of what is drawn is right: " + first);
    assertTrue(last < 1.3 * first, "CIDEr-D is to grow by a third: " + first + ", " + last);

    TinyRun broken = other();
    assertThrows(
        IllegalStateException.class,
        () -> broken.train(rewarded(broken, options).listener(stoppingAt(9))));
    broken.train(rewarded(broken, options).resume());
    assertArrayEquals(whole.weights(), broken.weights());
  }

  private CaptionTrainer rewarded(TinyRun other, TrainingOptions options) {
    return CaptionTrainer.from(run.output())
        .keepPrefix()
        .decoding(Decoding.greedy().maxNewTokens(8))
        .adapter(new GaussianNoise(0.1))
        .options(options)
        .vectors(TinyRun::vectors)
        .workingDirectory(other.work());
  }

  @Test
  void whatCannotBeKeptOrRewardedIsRefusedBeforehand() throws IOException {
    TinyRun other = other();
    IllegalArgumentException both =
        assertThrows(
            IllegalArgumentException.class,
            () -> other.train(other.trainer().keepPrefix())); // its weights are random
    assertTrue(both.getMessage().contains("found both"), both.getMessage());
    TrainingExample one = new TrainingExample(List.of("a cat"), null, List.of("a cat", "cat"));
    IllegalArgumentException same =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                other
                    .trainer()
                    .options(TinyRun.options().samples(2))
                    .train(List.of(one, one), other.output()));
    assertTrue(same.getMessage().startsWith("samples: expected"), same.getMessage());
  }

  /** At a rate of next to nothing the weights stay what they are, the prefix's too. */
  @Test
  void aPrefixIsKeptOnlyIfThatIsAskedFor() throws IOException {
    run.train(run.trainer());
    TrainingOptions options = TinyRun.options().maxSteps(1).learningRate(1e-12).keepBest(false);
    for (boolean kept : new boolean[] {true, false}) {
      TinyRun other = other();
      CaptionTrainer trainer =
          CaptionTrainer.from(run.output()).options(options).vectors(TinyRun::vectors);
      other.train(kept ? trainer.keepPrefix() : trainer);
      Path prefix = other.output().resolve(ModelFolder.PREFIX_WEIGHTS);
      float[] before =
          Safetensors.open(run.output().resolve(ModelFolder.PREFIX_WEIGHTS))
              .tensor("weight")
              .toFloatArray();
      float[] after = Safetensors.open(prefix).tensor("weight").toFloatArray();
      assertEquals(kept, Math.abs(before[0] - after[0]) < 1e-6);
    }
  }

  @Test
  void validationShowsWhatTheNetworkSaysAndScoresIt() {
    Told told = new Told();
    run.train(run.trainer().listener(told));

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
    TrainingOptions options =
        TinyRun.options().epochs(20).accumulation(1).keepBest(false).checkpointEverySteps(0);
    Told told = new Told();
    run.train(run.trainer().options(options).validation(TinyRun.EXAMPLES, 42).listener(told));

    List<String> said = told.validations.get(19).said();
    EmbeddingBatch vectors = TinyRun.vectors(TinyRun.EXAMPLES);
    try (Captioner captioner = Captioner.open(run.output())) {
      for (int i = 0; i < said.size(); i++) {
        assertEquals(captioner.caption(CaptionInput.ofVector(vectors.row(i))).text(), said.get(i));
      }
    }
    assertEquals(TinyRun.EXAMPLES, told.validations.get(19).shown());
    assertTrue(said.stream().distinct().count() > 1, "the network was to say different things");
  }

  @Test
  void theModelIsTheBestEpochsIfThatIsAskedFor() throws IOException {
    run.train(run.trainer());
    Path best = run.checkpoints().resolve("best.safetensors");

    Safetensors weights = Safetensors.open(best);
    Safetensors model = Safetensors.open(run.output().resolve("t5.safetensors"));
    for (String name : model.names()) {
      assertArrayEquals(
          weights.tensor("t5." + name).toFloatArray(), model.tensor(name).toFloatArray());
    }
  }

  @Test
  void aRunThatGetsNoBetterStopsEarly() throws IOException {
    Told told = new Told();
    int[] calls = new int[1];
    run.train(
        run.trainer()
            .options(TinyRun.options().epochs(10).earlyStopPatience(2))
            .validation(
                TinyRun.HELD_OUT,
                0,
                (examples, said) -> Map.of("score", (double) -calls[0]++),
                "score")
            .listener(told));

    assertEquals(3, told.validations.size());
    assertEquals("stopped, best 1", told.events.get(told.events.size() - 1));
  }

  @Test
  void accumulationIsTheSameAsOneLargeBatch() throws IOException {
    TrainingOptions options = TinyRun.options().dropout(0).lengthBucketed(false).keepBest(false);
    Told ofSmall = told(options.batchSize(3).accumulation(4));
    Told ofLarge = told(options.batchSize(12).accumulation(1));

    assertEquals(ofLarge.steps.size(), ofSmall.steps.size());
    for (int i = 0; i < ofLarge.steps.size(); i++) {
      Step expected = ofLarge.steps.get(i);
      assertEquals(expected.targetTokens(), ofSmall.steps.get(i).targetTokens());
      assertEquals(expected.loss(), ofSmall.steps.get(i).loss(), 1e-5);
      assertEquals(expected.gradientNorm(), ofSmall.steps.get(i).gradientNorm(), 1e-4);
    }
  }

  @Test
  void bfloat16LearnsAsFloat32DoesButLessExactly() throws IOException {
    TrainingOptions options = TinyRun.options().dropout(0).keepBest(false);
    Told ofExact = told(options);
    Told ofRounded = told(options.bfloat16(true));

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
        .mapToDouble(Step::loss)
        .average()
        .orElseThrow();
  }

  @Test
  void aCheckpointOfAnotherRunIsRefused() throws IOException {
    run.train(run.trainer());
    Path elsewhere = directory.resolve("elsewhere");
    CaptionTrainer changed = run.trainer().options(TinyRun.options().learningRate(0.02)).resume();

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> changed.train(TinyRun.EXAMPLES, elsewhere));

    assertTrue(refused.getMessage().contains("checkpoint of another run: options: expected"));
    assertTrue(refused.getMessage().contains("learningRate=0.01"), refused.getMessage());
    assertTrue(refused.getMessage().contains("learningRate=0.02"), refused.getMessage());
    IllegalArgumentException occupied =
        assertThrows(
            IllegalArgumentException.class, () -> run.trainer().train(TinyRun.EXAMPLES, elsewhere));
    assertTrue(occupied.getMessage().contains("without checkpoints"), occupied.getMessage());
  }

  @Test
  void oneCheckpointIsLeftBesideTheBest() throws IOException {
    run.train(run.trainer());

    try (Stream<Path> files = Files.list(run.checkpoints())) {
      assertEquals(
          List.of("best.safetensors", "step-000000024.safetensors"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void whatAKilledProcessLeftUnfinishedIsNotReadAndGoes() throws IOException {
    run.train(run.trainer());
    Path unfinished = run.checkpoints().resolve("step-000000099.safetensors.7.tmp");
    Files.write(unfinished, new byte[100]);
    TinyRun again = TinyRun.in(directory);
    MoreFiles.deleteRecursively(again.output(), RecursiveDeleteOption.ALLOW_INSECURE);
    Told told = new Told();

    again.train(again.trainer().resume().listener(told));

    assertEquals(List.of("device cpu", "resumed 24"), told.events);
    assertEquals(List.of(), told.steps);
    assertFalse(Files.exists(unfinished));
  }

  /** Does not ask whether vectors are numbers. */
  private static final class Unchanged implements ModalityAdapter {
    @Override
    public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {}

    @Override
    public void adaptForEvaluation(EmbeddingBatch batch) {}
  }

  @Test
  void aNonFiniteLossLeavesItsBatchAndTheStateBefore() throws IOException {
    CaptionTrainer trainer =
        run.trainer()
            .vectors(
                examples -> {
                  EmbeddingBatch vectors = TinyRun.vectors(examples);
                  if (examples.size() > 17) {
                    vectors.values()[17 * TinyModel.CLIP_DIM] = Float.NaN;
                  }
                  return vectors;
                })
            .adapter(new Unchanged());

    ArithmeticException stopped = assertThrows(ArithmeticException.class, () -> run.train(trainer));

    List<Path> batches;
    try (Stream<Path> files = Files.list(run.work())) {
      batches = files.filter(file -> file.toString().endsWith(".json")).toList();
    }
    assertEquals(1, batches.size());
    assertTrue(stopped.getMessage().contains(batches.get(0).toString()), stopped.getMessage());
    String saved = Files.readString(batches.get(0));
    assertTrue(saved.contains("\"example\": 17"), saved);
    assertTrue(saved.contains(TinyRun.EXAMPLES.get(17).targets().get(0)), saved);
    assertFalse(Files.exists(run.output()));
  }

  @Test
  void vectorsOfAnotherClipAreRefusedBeforeTraining() {
    CaptionTrainer narrow =
        run.trainer().vectors(examples -> EmbeddingBatch.allocate(examples.size(), 3));

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> narrow.train(TinyRun.examples(5, 1), run.output()));

    assertEquals("vectors: expected 5 of 16 components, found 5 of 3", refused.getMessage());
  }

  @Test
  void aWorkingDirectoryThatCannotBeMadeIsRefusedBeforeTraining() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Told told = new Told();
    CaptionTrainer nowhere = run.trainer().workingDirectory(file.resolve("work")).listener(told);

    assertThrows(UncheckedIOException.class, () -> run.train(nowhere));

    assertEquals(List.of(), told.steps);
  }

  @Test
  void roomIsAskedForBeforeTraining() {
    UncheckedIOException refused =
        assertThrows(
            UncheckedIOException.class,
            () -> NewModel.requireRoom(directory.resolve("a/b"), Long.MAX_VALUE));

    assertTrue(refused.getMessage().contains("expected room for"), refused.getMessage());
  }

  @Test
  void whatNeedsAValidationOrAWorkingDirectoryIsRefusedWithoutOne() throws IOException {
    Path base = TinyModel.modelDirectory(Files.createDirectory(directory.resolve("base")));
    for (CaptionTrainer trainer :
        List.of(
            CaptionTrainer.from(base).options(TinyRun.options()),
            CaptionTrainer.from(base).options(TinyRun.options()).validation(TinyRun.HELD_OUT, 0),
            CaptionTrainer.from(base).resume())) {
      assertThrows(IllegalArgumentException.class, () -> run.train(trainer));
    }
  }
}
