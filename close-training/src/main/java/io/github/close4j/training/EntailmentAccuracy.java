package io.github.close4j.training;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.metric.MetricScores;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The share of labels that are right: an answer counts if it is the label, but for case and blanks
 * around it. (CLOSE, section 4.2; the labels it trains on are lower-cased.)
 */
final class EntailmentAccuracy {
  private EntailmentAccuracy() {}

  /** 1 or 0 for each of the pairs, of which there must be one at least, and their mean. */
  @CheckReturnValue
  static MetricScores score(List<String> answers, List<String> labels) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("labels: expected at least 1, found 0");
    }
    if (answers.size() != labels.size()) {
      throw new IllegalArgumentException(
          "answers: expected one for each of %d labels, found %d"
              .formatted(labels.size(), answers.size()));
    }
    double[] scores = new double[answers.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = normal(answers.get(i)).equals(normal(labels.get(i))) ? 1 : 0;
    }
    double mean = Arrays.stream(scores).sum() / scores.length;
    return new MetricScores(mean, ImmutableDoubleArray.copyOf(scores));
  }

  private static String normal(String label) {
    return label.strip().toLowerCase(Locale.ROOT);
  }
}
