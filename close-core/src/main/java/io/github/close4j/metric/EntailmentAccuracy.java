package io.github.close4j.metric;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import java.util.Locale;

/**
 * The share of labels that are right: an answer counts if it is the label, but for case and blanks
 * around it. (CLOSE, section 4.2; the labels it trains on are lower-cased.)
 */
public final class EntailmentAccuracy {
  private EntailmentAccuracy() {}

  /**
   * Scores answers.
   *
   * @param answers what was generated for each pair, at least one
   * @param labels the label of each pair
   * @return 1 or 0 for each pair, and their mean
   * @throws IllegalArgumentException if there is no pair, or another number of answers than of
   *     labels
   */
  @CheckReturnValue
  public static MetricScores score(List<String> answers, List<String> labels) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("labels: expected at least 1, found 0");
    }
    CaptionSet.requireSize(answers.size(), labels.size());
    double[] scores = new double[answers.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = normal(answers.get(i)).equals(normal(labels.get(i))) ? 1 : 0;
    }
    return MetricScores.mean(scores);
  }

  private static String normal(String label) {
    return label.strip().toLowerCase(Locale.ROOT);
  }
}
