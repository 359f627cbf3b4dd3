package io.github.close4j.training;

import io.github.close4j.metric.CaptionMetric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores what a network says of held-out examples. */
@FunctionalInterface
public interface TextEvaluator {

  /**
   * Scores generated texts.
   *
   * @param examples the examples, with what was to be said
   * @param generated what was said of each
   * @return scores by their names, higher is better; in the order in which they are shown
   */
  Map<String, Double> scores(List<TrainingExample> examples, List<String> generated);

  /**
   * An evaluator of captions: the targets are the references.
   *
   * @param metrics the metrics, such as {@link CaptionMetric#CIDER_D}
   * @return an evaluator that gives each metric's score of the whole under {@link
   *     CaptionMetric#title}
   */
  static TextEvaluator captions(CaptionMetric... metrics) {
    List<CaptionMetric> all = List.of(metrics);
    return (examples, generated) -> {
      Map<String, Double> scores = new LinkedHashMap<>();
      CaptionMetric.scores(all, generated, examples.stream().map(TrainingExample::targets).toList())
          .forEach((metric, score) -> scores.put(metric.title(), score.corpus()));
      return scores;
    };
  }
}
