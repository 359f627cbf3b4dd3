package io.github.close4j.training;

/** How the learning rate falls over a run (reference: {@code train/optimizer.py}). */
public enum LearningRateSchedule {
  /**
   * The first release's: the first update at the full rate, after step t the rate times {@code
   * (T−t)/T} with T = all steps.
   */
  FIRST_RELEASE {
    @Override
    double factor(long step, long totalSteps, long totalExamples) {
      return (double) (totalSteps - step) / totalSteps;
    }
  },
  /** HEAD's: the same line, but with T counted in examples, so that the rate hardly falls. */
  HEAD {
    @Override
    double factor(long step, long totalSteps, long totalExamples) {
      return (double) (totalExamples - step) / totalExamples;
    }
  };

  /** The rate's factor for the update after {@code step} updates. */
  abstract double factor(long step, long totalSteps, long totalExamples);
}
