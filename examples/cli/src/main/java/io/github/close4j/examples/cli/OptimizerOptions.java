package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.CorpusTask;
import io.github.close4j.examples.run.RunFile.DeviceName;
import io.github.close4j.training.LearningRateSchedule;
import io.github.close4j.training.TrainingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to train, apart from what. */
final class OptimizerOptions {
  @Option(
      names = "--epochs",
      defaultValue = "8",
      description = "How often to go through all examples (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--max-steps",
      defaultValue = "0",
      paramLabel = "STEPS",
      description = "End after so many steps, also within an epoch (default: after all epochs).")
  private long maxSteps;

  @Option(
      names = "--batch-size",
      description = "Examples in a batch (default: the paper's for the task).")
  private @Nullable Integer batchSize;

  @Option(
      names = "--accumulation",
      defaultValue = "1",
      description = "Sum the gradients of so many batches in a step (default: ${DEFAULT-VALUE}).")
  private int accumulation;

  @Option(
      names = "--learning-rate",
      defaultValue = "3e-4",
      description = "AdamW's learning rate at the first step (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--weight-decay",
      defaultValue = "0",
      description = "AdamW's weight decay (default: ${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--max-gradient-norm",
      defaultValue = "Infinity",
      description = "Scale gradients down whose norm is above this (default: never).")
  private double maxGradientNorm;

  @Option(
      names = "--dropout",
      defaultValue = "0.1",
      description = "Probability of dropout in T5 (default: ${DEFAULT-VALUE}).")
  private double dropout;

  @Option(
      names = "--schedule",
      defaultValue = "linear",
      description =
          "How the learning rate falls: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, "
              + "in a straight line to zero).")
  private LearningRateSchedule schedule;

  @Option(
      names = "--length-buckets",
      description = "Put examples of like length into one batch: faster, but less random.")
  private boolean lengthBucketed;

  @Option(
      names = "--bfloat16",
      description = "Multiply matrices in bfloat16: faster on some processors, less exact.")
  private boolean bfloat16;

  @Option(
      names = "--device",
      defaultValue = "auto",
      description =
          "Where to train: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, the GPU if "
              + "there is one that libtorch can use).")
  private DeviceName device;

  @Option(names = "--threads", description = "Threads to train with (default: one for each core).")
  private @Nullable Integer threads;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of all random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "0",
      paramLabel = "STEPS",
      description = "Also write a checkpoint every so many steps (default: after each epoch only).")
  private long checkpointEverySteps;

  @Option(
      names = "--early-stop",
      defaultValue = "0",
      paramLabel = "EPOCHS",
      description = "Stop after so many epochs without a better validation (default: never).")
  private int earlyStopPatience;

  @Option(
      names = "--keep-best",
      description = "Keep the model of the best validation instead of that of the last step.")
  private boolean keepBest;

  TrainingOptions of(CorpusTask task) {
    TrainingOptions options =
        TrainingOptions.defaults()
            .epochs(epochs)
            .maxSteps(maxSteps)
            .batchSize(batchSize != null ? batchSize : task.batchSize())
            .accumulation(accumulation)
            .learningRate(learningRate)
            .weightDecay(weightDecay)
            .maxGradientNorm(maxGradientNorm)
            .dropout(dropout)
            .schedule(schedule)
            .lengthBucketed(lengthBucketed)
            .bfloat16(bfloat16)
            .device(device.device())
            .seed(seed)
            .checkpointEverySteps(checkpointEverySteps)
            .earlyStopPatience(earlyStopPatience)
            .keepBest(keepBest);
    return threads == null ? options : options.threads(threads);
  }
}
