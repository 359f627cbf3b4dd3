package io.github.close4j.training;

import com.google.common.collect.Lists;
import io.github.close4j.training.TrainingListener.CheckpointWritten;
import io.github.close4j.training.TrainingListener.EpochFinished;
import io.github.close4j.training.TrainingListener.EpochStarted;
import io.github.close4j.training.TrainingListener.Phase;
import io.github.close4j.training.TrainingListener.Progress;
import io.github.close4j.training.TrainingListener.Resumed;
import io.github.close4j.training.TrainingListener.StepTaken;
import io.github.close4j.training.TrainingListener.StoppedEarly;
import io.github.close4j.training.TrainingListener.Validated;
import io.github.close4j.training.TrainingStep.Gradient;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.network.NetworkInput;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The training loop (CLOSE, section 3; reference: {@code train/trainer.py}): at every step the
 * vectors of a batch are adapted afresh, and the loss is the mean cross-entropy over all target
 * tokens of the batch, end tokens included.
 */
final class CaptionTrainer implements AutoCloseable {
  /** Far more than the parts of a step, so that no two steps share dropout. */
  private static final long SEEDS_A_STEP = 1L << 20;

  private final TrainingOptions options;
  private final CaptionNetwork network;
  private final ExampleBatches batches;
  private final TrainingListener listener;
  private final TrainingStep trainingStep;
  private final int stepsAnEpoch;
  private final long totalSteps;
  private RunState state = RunState.start();

  CaptionTrainer(
      TrainingOptions options,
      CaptionNetwork network,
      ExampleBatches batches,
      TrainingListener listener) {
    this.options = options;
    this.network = network;
    this.batches = batches;
    this.listener = listener;
    this.trainingStep = new TrainingStep(network, options);
    this.stepsAnEpoch = steps(0).size();
    this.totalSteps = (long) stepsAnEpoch * options.epochs();
  }

  /** Goes on from a checkpoint. */
  void resume(Checkpoints checkpoints, Path file) {
    state = checkpoints.load(file, network, trainingStep);
    int epoch = (int) Math.max(0, (state.step() - 1) / stepsAnEpoch) + 1;
    listener.onResumed(new Resumed(file, epoch, state.step()));
  }

  /**
   * Trains to the end.
   *
   * @param validator judges each epoch, or null
   * @param checkpoints where the run is kept, or null
   * @param workingDirectory where a failed batch is saved, or null
   * @return steps taken
   */
  RunState train(
      @Nullable Validator validator,
      @Nullable Checkpoints checkpoints,
      @Nullable WorkingDirectory workingDirectory) {
    while (state.step() < totalSteps && !isOver()) {
      int epoch = (int) (state.step() / stepsAnEpoch);
      listener.onEpochStarted(
          new EpochStarted(epoch + 1, options.epochs(), state.step(), totalSteps));
      List<List<List<Integer>>> steps = steps(epoch);
      for (int i = (int) (state.step() % stepsAnEpoch); i < stepsAnEpoch; i++) {
        take(steps.get(i), epoch, workingDirectory);
        if (checkpoints != null && isCheckpointDue()) {
          write(checkpoints, epoch);
        }
      }
      finish(epoch, validator, checkpoints);
    }
    return state;
  }

  private boolean isOver() {
    return options.earlyStopPatience() > 0 && state.worseEpochs() >= options.earlyStopPatience();
  }

  /** The epoch's batches, those of a step together. */
  private List<List<List<Integer>>> steps(int epoch) {
    int size = options.batchSize();
    List<List<Integer>> all =
        options.lengthBucketed()
            ? ExampleOrder.batchesByLength(batches.lengths(), size, options.seed(), epoch)
            : ExampleOrder.batches(batches.size(), size, options.seed(), epoch);
    return Lists.partition(all, options.accumulation());
  }

  private void take(
      List<List<Integer>> rows, int epoch, @Nullable WorkingDirectory workingDirectory) {
    long step = state.step();
    double rate = options.learningRate() * rateFactor(step);
    List<List<NetworkInput>> inputs = rows.stream().map(batch -> inputs(batch, epoch)).toList();
    long tokens = TrainingStep.tokens(inputs);
    long dropoutSeed = options.seed() * 1_000_003 + step * SEEDS_A_STEP;
    Gradient gradient = TorchRuntime.step(() -> change(inputs, dropoutSeed, rate));
    if (!gradient.isFinite()) {
      List<Integer> all = rows.stream().flatMap(List::stream).toList();
      throw new NonFiniteLossException(
          step + 1,
          gradient.loss(),
          gradient.norm(),
          workingDirectory == null
              ? null
              : workingDirectory.saveBatch(step + 1, all, batches.examples()));
    }
    state = state.afterStep(gradient.loss(), tokens);
    listener.onStep(
        new StepTaken(
            epoch + 1, state.step(), totalSteps, gradient.loss(), rate, gradient.norm(), tokens));
    listener.onProgress(new Progress(Phase.TRAINING, state.step(), totalSteps, gradient.loss()));
  }

  private double rateFactor(long step) {
    long totalExamples = (long) batches.size() * options.epochs();
    return options.schedule().factor(step, totalSteps, totalExamples);
  }

  /** Changes the weights, if the loss and its gradients are finite. */
  private Gradient change(List<List<NetworkInput>> inputs, long dropoutSeed, double rate) {
    Gradient gradient = trainingStep.accumulate(inputs, dropoutSeed);
    if (gradient.isFinite()) {
      trainingStep.apply(gradient, rate);
    }
    return gradient;
  }

  private List<NetworkInput> inputs(List<Integer> batch, int epoch) {
    return ExampleBatches.parts(batch, trainingStep.parts()).stream()
        .map(part -> batches.forTraining(part, options.seed(), epoch))
        .toList();
  }

  private boolean isCheckpointDue() {
    long every = options.checkpointEverySteps();
    // The end of an epoch has a checkpoint of its own, after its validation.
    return every > 0 && state.step() % every == 0 && state.step() % stepsAnEpoch != 0;
  }

  private void finish(int epoch, @Nullable Validator validator, @Nullable Checkpoints checkpoints) {
    listener.onEpochFinished(new EpochFinished(epoch + 1, state.step(), state.meanEpochLoss()));
    state = state.afterEpoch();
    if (validator != null) {
      validate(epoch, validator, checkpoints);
    }
    if (checkpoints != null) {
      write(checkpoints, epoch);
    }
    if (isOver() && state.step() < totalSteps) {
      listener.onStoppedEarly(new StoppedEarly(epoch + 1, state.bestEpoch()));
    }
  }

  private void validate(int epoch, Validator validator, @Nullable Checkpoints checkpoints) {
    Validator.Result result = TorchRuntime.step(() -> validator.judge(trainingStep));
    state = state.afterValidation(epoch + 1, result.score());
    boolean best = state.bestEpoch() == epoch + 1;
    listener.onValidated(
        new Validated(
            epoch + 1, state.step(), result.loss(), result.scores(), result.shown(), best));
    if (best && checkpoints != null) {
      Path file = checkpoints.writeBest(state, network);
      listener.onCheckpoint(new CheckpointWritten(file, epoch + 1, state.step(), true));
    }
  }

  private void write(Checkpoints checkpoints, int epoch) {
    Path file = checkpoints.write(state, network, trainingStep);
    listener.onCheckpoint(new CheckpointWritten(file, epoch + 1, state.step(), false));
  }

  @Override
  public void close() {
    trainingStep.close();
  }
}
