package io.github.close4j.training;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.metric.MetricScores;
import io.github.close4j.metric.VqaAccuracy;
import io.github.close4j.training.EvaluationReport.ScoredExample;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.VisualQuestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares predictions with references of the same ids.
 *
 * <p>What has references but no prediction is left out, so that a part of a split can be evaluated;
 * the report says how many examples there were. CIDEr's document frequencies are those of the
 * references that take part, as in pycocoevalcap.
 */
public final class Evaluation {
  private Evaluation() {}

  /**
   * Scores captions.
   *
   * @param data what is evaluated on, split included
   * @param predictions captions, one a picture
   * @param references pictures with ids and what people said of them
   * @param metrics the metrics, in the order in which the report gives them
   * @return the report
   * @throws IllegalArgumentException if there is no prediction, two of one id, or one of an id
   *     without references
   */
  @CheckReturnValue
  public static EvaluationReport captions(
      String data,
      List<Prediction> predictions,
      Collection<CaptionedImage> references,
      Collection<CaptionMetric> metrics) {
    Map<String, List<String>> byId = new HashMap<>();
    for (CaptionedImage image : references) {
      if (image.id() != null) {
        byId.put(image.id(), image.captions());
      }
    }
    List<List<String>> found = references(predictions, byId);
    Map<String, MetricScores> scores = new LinkedHashMap<>();
    CaptionMetric.scores(metrics, texts(predictions), found)
        .forEach((metric, score) -> scores.put(metric.title(), score));
    return report(data, predictions, found, scores);
  }

  /**
   * Scores answers to questions, by both rules of VQA's accuracy.
   *
   * @param data what is evaluated on, split included
   * @param predictions answers, one a question
   * @param questions questions and people's answers
   * @return the report
   * @throws IllegalArgumentException if there is no prediction, two of one id, or one of an id
   *     without a question
   */
  @CheckReturnValue
  public static EvaluationReport answers(
      String data, List<Prediction> predictions, Collection<VisualQuestion> questions) {
    Map<String, List<String>> byId = new HashMap<>();
    questions.forEach(question -> byId.put(question.id(), question.answers()));
    List<List<String>> found = references(predictions, byId);
    Map<String, MetricScores> scores = new LinkedHashMap<>();
    for (VqaAccuracy accuracy : VqaAccuracy.values()) {
      scores.put(accuracy.title(), accuracy.score(texts(predictions), found));
    }
    return report(data, predictions, found, scores);
  }

  /**
   * Scores entailment labels.
   *
   * @param data what is evaluated on, split included
   * @param predictions labels, one a pair
   * @param labelById each pair's label
   * @return the report
   * @throws IllegalArgumentException if there is no prediction, two of one id, or one of an id
   *     without a label
   */
  @CheckReturnValue
  public static EvaluationReport entailment(
      String data, List<Prediction> predictions, Map<String, String> labelById) {
    Map<String, List<String>> byId = new HashMap<>();
    labelById.forEach((id, label) -> byId.put(id, List.of(label)));
    List<List<String>> found = references(predictions, byId);
    List<String> labels = found.stream().map(label -> label.get(0)).toList();
    return report(
        data,
        predictions,
        found,
        Map.of("accuracy", EntailmentAccuracy.score(texts(predictions), labels)));
  }

  private static List<String> texts(List<Prediction> predictions) {
    return predictions.stream().map(Prediction::text).toList();
  }

  private static List<List<String>> references(
      List<Prediction> predictions, Map<String, List<String>> byId) {
    if (predictions.isEmpty()) {
      throw new IllegalArgumentException("predictions: expected at least one, found none");
    }
    Set<String> seen = new HashSet<>();
    List<List<String>> found = new ArrayList<>();
    for (Prediction prediction : predictions) {
      List<String> references = byId.get(prediction.id());
      if (references == null) {
        throw new IllegalArgumentException(
            "prediction of id " + prediction.id() + ": expected references, found none");
      }
      if (!seen.add(prediction.id())) {
        throw new IllegalArgumentException(
            "prediction of id " + prediction.id() + ": expected one, found another");
      }
      found.add(references);
    }
    return found;
  }

  private static EvaluationReport report(
      String data,
      List<Prediction> predictions,
      List<List<String>> references,
      Map<String, MetricScores> scores) {
    Map<String, Double> corpus = new LinkedHashMap<>();
    scores.forEach((metric, score) -> corpus.put(metric, score.corpus()));
    List<ScoredExample> examples = new ArrayList<>();
    for (int i = 0; i < predictions.size(); i++) {
      Map<String, Double> own = new LinkedHashMap<>();
      for (Map.Entry<String, MetricScores> metric : scores.entrySet()) {
        own.put(metric.getKey(), metric.getValue().perExample().get(i));
      }
      Prediction prediction = predictions.get(i);
      examples.add(new ScoredExample(prediction.id(), prediction.text(), references.get(i), own));
    }
    return new EvaluationReport(data, corpus, examples);
  }
}
