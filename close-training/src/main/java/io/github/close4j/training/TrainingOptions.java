package io.github.close4j.training;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * How to train; the builder's defaults are those of the reference for captioning.
 *
 * @param epochs passes over the examples, at least 1 (the paper: 8)
 * @param batchSize examples a batch, at least 1 (the paper: 128; 32 for captioning with multiple
 *     targets)
 * @param accumulation batches whose gradients are summed for one step, at least 1. The loss is the
 *     mean over the target tokens of all of them, so that a step is that of one batch of their
 *     joint size, in less memory (the paper: 1)
 * @param learningRate AdamW's learning rate at the first step, a positive number (the paper: 3e-4)
 * @param weightDecay AdamW's decay of weights, 0 or more (the paper: 0)
 * @param maxGradientNorm the norm of all gradients together that longer ones are scaled down to, as
 *     by PyTorch's {@code clip_grad_norm_}; positive, infinity for no clipping (the paper: none)
 * @param dropout probability of dropout in T5, 0 up to, not including, 1 (the paper: 0.1)
 * @param schedule how the learning rate falls (default: the first release's)
 * @param lengthBucketed whether examples of like length share a batch: less padding, and batches
 *     that are less random (the paper: no)
 * @param bfloat16 whether matrix products are taken in bfloat16: faster where the processor has
 *     them, and less exact
 * @param device what to train on
 * @param threads threads of libtorch, at least 1 (default: one a core)
 * @param seed seed of initial weights, order, noise and dropout; any number
 * @param checkpointEverySteps steps from one checkpoint to the next, besides those at the end of
 *     each epoch; 0 for those alone
 * @param earlyStopPatience epochs in a row without a better validation after which a run ends; 0
 *     for never
 * @param keepBest whether the model is that of the best validation rather than of the last step
 *     (the paper: the last step)
 */
public record TrainingOptions(
    int epochs,
    int batchSize,
    int accumulation,
    double learningRate,
    double weightDecay,
    double maxGradientNorm,
    double dropout,
    LearningRateSchedule schedule,
    boolean lengthBucketed,
    boolean bfloat16,
    TrainingDevice device,
    int threads,
    long seed,
    long checkpointEverySteps,
    int earlyStopPatience,
    boolean keepBest) {

  /**
   * Checks the numbers.
   *
   * @param epochs see the record
   * @param batchSize see the record
   * @param accumulation see the record
   * @param learningRate see the record
   * @param weightDecay see the record
   * @param maxGradientNorm see the record
   * @param dropout see the record
   * @param schedule see the record
   * @param lengthBucketed see the record
   * @param bfloat16 see the record
   * @param device see the record
   * @param threads see the record
   * @param seed see the record
   * @param checkpointEverySteps see the record
   * @param earlyStopPatience see the record
   * @param keepBest see the record
   * @throws IllegalArgumentException if one is outside its range
   */
  public TrainingOptions {
    require(epochs >= 1, "epochs", "at least 1", epochs);
    require(batchSize >= 1, "batchSize", "at least 1", batchSize);
    require(accumulation >= 1, "accumulation", "at least 1", accumulation);
    require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learningRate",
        "a positive number",
        learningRate);
    require(
        weightDecay >= 0 && Double.isFinite(weightDecay), "weightDecay", "0 or more", weightDecay);
    require(maxGradientNorm > 0, "maxGradientNorm", "a positive number", maxGradientNorm);
    require(dropout >= 0 && dropout < 1, "dropout", "0 to below 1", dropout);
    require(threads >= 1, "threads", "at least 1", threads);
    require(checkpointEverySteps >= 0, "checkpointEverySteps", "0 or more", checkpointEverySteps);
    require(earlyStopPatience >= 0, "earlyStopPatience", "0 or more", earlyStopPatience);
  }

  private static void require(boolean holds, String what, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: expected %s, found %s".formatted(what, expected, found));
    }
  }

  /**
   * The same options with another seed.
   *
   * @param other see the record
   * @return the options
   */
  public TrainingOptions withSeed(long other) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        learningRate,
        weightDecay,
        maxGradientNorm,
        dropout,
        schedule,
        lengthBucketed,
        bfloat16,
        device,
        threads,
        other,
        checkpointEverySteps,
        earlyStopPatience,
        keepBest);
  }

  /**
   * The defaults, to be changed.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options; each setter returns the builder. */
  @CanIgnoreReturnValue
  public static final class Builder {
    private int epochs = 8;
    private int batchSize = 128;
    private int accumulation = 1;
    private double learningRate = 3e-4;
    private double weightDecay;
    private double maxGradientNorm = Double.POSITIVE_INFINITY;
    private double dropout = 0.1;
    private LearningRateSchedule schedule = LearningRateSchedule.FIRST_RELEASE;
    private boolean lengthBucketed;
    private boolean bfloat16;
    private TrainingDevice device = TrainingDevice.AUTO;
    private int threads = Runtime.getRuntime().availableProcessors();
    private long seed = 1;
    private long checkpointEverySteps;
    private int earlyStopPatience;
    private boolean keepBest;

    private Builder() {}

    /**
     * Sets {@link TrainingOptions#epochs}.
     *
     * @param epochs see the record
     * @return this builder
     */
    public Builder epochs(int epochs) {
      this.epochs = epochs;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#batchSize}.
     *
     * @param batchSize see the record
     * @return this builder
     */
    public Builder batchSize(int batchSize) {
      this.batchSize = batchSize;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#accumulation}.
     *
     * @param accumulation see the record
     * @return this builder
     */
    public Builder accumulation(int accumulation) {
      this.accumulation = accumulation;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#learningRate}.
     *
     * @param learningRate see the record
     * @return this builder
     */
    public Builder learningRate(double learningRate) {
      this.learningRate = learningRate;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#weightDecay}.
     *
     * @param weightDecay see the record
     * @return this builder
     */
    public Builder weightDecay(double weightDecay) {
      this.weightDecay = weightDecay;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#maxGradientNorm}.
     *
     * @param maxGradientNorm see the record
     * @return this builder
     */
    public Builder maxGradientNorm(double maxGradientNorm) {
      this.maxGradientNorm = maxGradientNorm;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#dropout}.
     *
     * @param dropout see the record
     * @return this builder
     */
    public Builder dropout(double dropout) {
      this.dropout = dropout;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#schedule}.
     *
     * @param schedule see the record
     * @return this builder
     */
    public Builder schedule(LearningRateSchedule schedule) {
      this.schedule = schedule;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#lengthBucketed}.
     *
     * @param lengthBucketed see the record
     * @return this builder
     */
    public Builder lengthBucketed(boolean lengthBucketed) {
      this.lengthBucketed = lengthBucketed;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#bfloat16}.
     *
     * @param bfloat16 see the record
     * @return this builder
     */
    public Builder bfloat16(boolean bfloat16) {
      this.bfloat16 = bfloat16;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#device}.
     *
     * @param device see the record
     * @return this builder
     */
    public Builder device(TrainingDevice device) {
      this.device = device;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#threads}.
     *
     * @param threads see the record
     * @return this builder
     */
    public Builder threads(int threads) {
      this.threads = threads;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#seed}.
     *
     * @param seed see the record
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#checkpointEverySteps}.
     *
     * @param checkpointEverySteps see the record
     * @return this builder
     */
    public Builder checkpointEverySteps(long checkpointEverySteps) {
      this.checkpointEverySteps = checkpointEverySteps;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#earlyStopPatience}.
     *
     * @param earlyStopPatience see the record
     * @return this builder
     */
    public Builder earlyStopPatience(int earlyStopPatience) {
      this.earlyStopPatience = earlyStopPatience;
      return this;
    }

    /**
     * Sets {@link TrainingOptions#keepBest}.
     *
     * @param keepBest see the record
     * @return this builder
     */
    public Builder keepBest(boolean keepBest) {
      this.keepBest = keepBest;
      return this;
    }

    /**
     * The options.
     *
     * @return an immutable value
     * @throws IllegalArgumentException if a number is outside its range
     */
    public TrainingOptions build() {
      return new TrainingOptions(
          epochs,
          batchSize,
          accumulation,
          learningRate,
          weightDecay,
          maxGradientNorm,
          dropout,
          schedule,
          lengthBucketed,
          bfloat16,
          device,
          threads,
          seed,
          checkpointEverySteps,
          earlyStopPatience,
          keepBest);
    }
  }
}
