package io.github.close4j.training;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/** How to train; the defaults are those of the reference for captioning. */
public final class TrainingOptions {
  private final int epochs;
  private final int batchSize;
  private final double learningRate;
  private final double weightDecay;
  private final double dropout;
  private final LearningRateSchedule schedule;
  private final boolean bfloat16;
  private final int threads;
  private final long seed;

  private TrainingOptions(Builder builder) {
    this.epochs = builder.epochs;
    this.batchSize = builder.batchSize;
    this.learningRate = builder.learningRate;
    this.weightDecay = builder.weightDecay;
    this.dropout = builder.dropout;
    this.schedule = builder.schedule;
    this.bfloat16 = builder.bfloat16;
    this.threads = builder.threads;
    this.seed = builder.seed;
  }

  /**
   * The defaults, to be changed.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Passes over the examples.
   *
   * @return at least 1
   */
  public int epochs() {
    return epochs;
  }

  /**
   * Examples a step.
   *
   * @return at least 1
   */
  public int batchSize() {
    return batchSize;
  }

  /**
   * AdamW's learning rate at the first step.
   *
   * @return a positive number
   */
  public double learningRate() {
    return learningRate;
  }

  /**
   * AdamW's decay of weights.
   *
   * @return 0 or more
   */
  public double weightDecay() {
    return weightDecay;
  }

  /**
   * Probability of dropout in T5.
   *
   * @return 0 up to, not including, 1
   */
  public double dropout() {
    return dropout;
  }

  /**
   * How the learning rate falls.
   *
   * @return the schedule
   */
  public LearningRateSchedule schedule() {
    return schedule;
  }

  /**
   * Whether matrix products are taken in bfloat16.
   *
   * @return false for 32-bit floats throughout
   */
  public boolean bfloat16() {
    return bfloat16;
  }

  /**
   * Threads of libtorch.
   *
   * @return at least 1
   */
  public int threads() {
    return threads;
  }

  /**
   * Seed of initial weights, order, noise and dropout.
   *
   * @return any number
   */
  public long seed() {
    return seed;
  }

  /** Collects options; each setter returns the builder. */
  @CanIgnoreReturnValue
  public static final class Builder {
    private int epochs = 8;
    private int batchSize = 128;
    private double learningRate = 3e-4;
    private double weightDecay;
    private double dropout = 0.1;
    private LearningRateSchedule schedule = LearningRateSchedule.FIRST_RELEASE;
    private boolean bfloat16;
    private int threads = Runtime.getRuntime().availableProcessors();
    private long seed = 1;

    private Builder() {}

    /**
     * Passes over the examples.
     *
     * @param epochs at least 1 (the paper: 8)
     * @return this builder
     */
    public Builder epochs(int epochs) {
      require(epochs >= 1, "epochs", "at least 1", epochs);
      this.epochs = epochs;
      return this;
    }

    /**
     * Examples a step.
     *
     * @param batchSize at least 1 (the paper: 128; 32 for captioning with multiple targets)
     * @return this builder
     */
    public Builder batchSize(int batchSize) {
      require(batchSize >= 1, "batchSize", "at least 1", batchSize);
      this.batchSize = batchSize;
      return this;
    }

    /**
     * AdamW's learning rate at the first step.
     *
     * @param learningRate a positive number (the paper: 3e-4)
     * @return this builder
     */
    public Builder learningRate(double learningRate) {
      require(
          learningRate > 0 && Double.isFinite(learningRate),
          "learningRate",
          "a positive number",
          learningRate);
      this.learningRate = learningRate;
      return this;
    }

    /**
     * AdamW's decay of weights.
     *
     * @param weightDecay 0 or more (the paper: 0)
     * @return this builder
     */
    public Builder weightDecay(double weightDecay) {
      require(
          weightDecay >= 0 && Double.isFinite(weightDecay),
          "weightDecay",
          "0 or more",
          weightDecay);
      this.weightDecay = weightDecay;
      return this;
    }

    /**
     * Probability of dropout in T5.
     *
     * @param dropout 0 up to, not including, 1 (the paper: 0.1)
     * @return this builder
     */
    public Builder dropout(double dropout) {
      require(dropout >= 0 && dropout < 1, "dropout", "0 to below 1", dropout);
      this.dropout = dropout;
      return this;
    }

    /**
     * How the learning rate falls.
     *
     * @param schedule the schedule (default: the first release's)
     * @return this builder
     */
    public Builder schedule(LearningRateSchedule schedule) {
      this.schedule = schedule;
      return this;
    }

    /**
     * Whether to take matrix products in bfloat16: faster where the processor has them, and less
     * exact.
     *
     * @param bfloat16 whether to
     * @return this builder
     */
    public Builder bfloat16(boolean bfloat16) {
      this.bfloat16 = bfloat16;
      return this;
    }

    /**
     * Threads of libtorch.
     *
     * @param threads at least 1 (default: one a core)
     * @return this builder
     */
    public Builder threads(int threads) {
      require(threads >= 1, "threads", "at least 1", threads);
      this.threads = threads;
      return this;
    }

    /**
     * Seed of initial weights, order, noise and dropout.
     *
     * @param seed any number
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * The options.
     *
     * @return an immutable value
     */
    public TrainingOptions build() {
      return new TrainingOptions(this);
    }

    private static void require(boolean holds, String what, String expected, Object found) {
      if (!holds) {
        throw new IllegalArgumentException(
            "%s: expected %s, found %s".formatted(what, expected, found));
      }
    }
  }
}
