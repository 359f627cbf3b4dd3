package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class LearningRateScheduleTest {

  @Test
  void aLineStartsAtTheFullRateAndFallsByStepsToOneStepAboveZero() {
    LearningRateSchedule schedule = LearningRateSchedule.LINEAR;
    assertEquals(1.0, schedule.factor(0, 10, 1280));
    assertEquals(0.5, schedule.factor(5, 10, 1280));
    assertEquals(0.1, schedule.factor(9, 10, 1280), 1e-15);
  }

  @Test
  void countedInExamplesTheRateHardlyFalls() {
    LearningRateSchedule schedule = LearningRateSchedule.NEARLY_CONSTANT;
    assertEquals(1.0, schedule.factor(0, 10, 1280));
    assertEquals(1271.0 / 1280, schedule.factor(9, 10, 1280), 1e-15);
  }
}
