package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.RunTask;
import io.github.close4j.training.LearningRateSchedule;
import io.github.close4j.training.TrainingDevice;
import io.github.close4j.training.TrainingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to train, apart from what. */
final class OptimizerOptions {
  @Option(names = "--epochs", defaultValue = "8", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(names = "--batch-size", description = "Examples a batch (default: the task's).")
  private @Nullable Integer batchSize;

  @Option(
      names = "--accumulation",
      defaultValue = "1",
      description = "Batches whose gradients make one step (default: ${DEFAULT-VALUE}).")
  private int accumulation;

  @Option(
      names = "--learning-rate",
      defaultValue = "3e-4",
      description = "Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--weight-decay",
      defaultValue = "0",
      description = "AdamW's decay of weights (default: ${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--max-gradient-norm",
      defaultValue = "Infinity",
      description = "Longer gradients are scaled down to this (default: none are).")
  private double maxGradientNorm;

  @Option(names = "--dropout", defaultValue = "0.1", description = "Default: ${DEFAULT-VALUE}.")
  private double dropout;

  @Option(
      names = "--schedule",
      defaultValue = "first_release",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private LearningRateSchedule schedule;

  @Option(
      names = "--length-buckets",
      description = "Examples of like length share a batch: faster, less random.")
  private boolean lengthBucketed;

  @Option(names = "--bfloat16", description = "Matrix products in bfloat16.")
  private boolean bfloat16;

  @Option(
      names = "--device",
      defaultValue = "auto",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private TrainingDevice device;

  @Option(names = "--threads", description = "Threads of libtorch (default: one a core).")
  private @Nullable Integer threads;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "0",
      paramLabel = "STEPS",
      description = "Checkpoints within epochs too (default: only at their ends).")
  private long checkpointEverySteps;

  @Option(
      names = "--early-stop",
      defaultValue = "0",
      paramLabel = "EPOCHS",
      description = "End after so many epochs without a better validation (default: never).")
  private int earlyStopPatience;

  @Option(
      names = "--keep-best",
      description = "The model is that of the best validation, not that of the last step.")
  private boolean keepBest;

  TrainingOptions of(RunTask task) {
    TrainingOptions.Builder options =
        TrainingOptions.builder()
            .epochs(epochs)
            .batchSize(batchSize != null ? batchSize : task.batchSize())
            .accumulation(accumulation)
            .learningRate(learningRate)
            .weightDecay(weightDecay)
            .maxGradientNorm(maxGradientNorm)
            .dropout(dropout)
            .schedule(schedule)
            .lengthBucketed(lengthBucketed)
            .bfloat16(bfloat16)
            .device(device)
            .seed(seed)
            .checkpointEverySteps(checkpointEverySteps)
            .earlyStopPatience(earlyStopPatience)
            .keepBest(keepBest);
    return threads == null ? options.build() : options.threads(threads).build();
  }
}
