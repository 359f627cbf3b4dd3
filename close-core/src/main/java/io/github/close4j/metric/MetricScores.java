package io.github.close4j.metric;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * What a metric says of a corpus.
 *
 * @param corpus the score of the whole, which need not be the mean of {@code perExample}
 * @param perExample each example's score, in the examples' order
 */
public record MetricScores(double corpus, ImmutableDoubleArray perExample) {

  static MetricScores of(double corpus, double[] perExample) {
    return new MetricScores(corpus, ImmutableDoubleArray.copyOf(perExample));
  }

  /** Scores whose corpus score is the mean of the examples'. */
  static MetricScores mean(double[] perExample) {
    double sum = 0;
    for (double score : perExample) {
      sum += score;
    }
    return of(sum / perExample.length, perExample);
  }
}
