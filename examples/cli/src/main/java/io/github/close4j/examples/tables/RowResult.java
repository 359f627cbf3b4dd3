package io.github.close4j.examples.tables;

import java.util.Map;

/**
 * What became of a row.
 *
 * @param row the row
 * @param validation scores on the validation pictures, by name
 * @param test scores on the test pictures, by name
 * @param trainingSteps steps of the training
 * @param processorSeconds time of all processors that the row took, start of the JVM included
 */
record RowResult(
    StudyRow row,
    Map<String, Double> validation,
    Map<String, Double> test,
    long trainingSteps,
    double processorSeconds) {

  double score() {
    return score("test", test);
  }

  double validationScore() {
    return score("validation", validation);
  }

  private double score(String set, Map<String, Double> scores) {
    Double score = scores.get(Probe.SCORE);
    if (score == null) {
      throw new IllegalStateException(
          "%s, %s pictures: expected a '%s', found %s"
              .formatted(row.name(), set, Probe.SCORE, scores.keySet()));
    }
    return score;
  }
}
