package io.github.close4j.training;

/** How the learning rate falls over a run. */
public enum LearningRateSchedule {
  /**
   * A straight line to zero over the run: the first update has the full rate, the one after t of T
   * steps the rate times {@code (T − t) / T}.
   *
   * <p>Source: {@code train/optimizer.py} of the reference's first release, commit c211b9a.
   */
  LINEAR {
    @Override
    public double factor(long step, long totalSteps, long totalExamples) {
      return (double) (totalSteps - step) / totalSteps;
    }
  },
  /**
   * Nearly constant: the same line, but with T counted in examples instead of steps, so that the
   * rate falls by no more than the share of one example in a batch.
   *
   * <p>Source: the same file in the reference's later commit 80f8db0.
   */
  NEARLY_CONSTANT {
    @Override
    public double factor(long step, long totalSteps, long totalExamples) {
      return (double) (totalExamples - step) / totalExamples;
    }
  };

  /**
   * What the learning rate is multiplied by.
   *
   * @param step steps taken before, from 0
   * @param totalSteps steps of the whole run
   * @param totalExamples examples of the whole run, each counted once an epoch
   * @return above 0, at most 1
   */
  public abstract double factor(long step, long totalSteps, long totalExamples);
}
