package io.github.close4j.training;

import io.github.close4j.training.corpus.VisualQuestion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Examples of questions and answers. */
final class QuestionExamples {
  /** From this count on an answer is fully right by VQA's accuracy. */
  private static final int ENOUGH = 3;

  private QuestionExamples() {}

  static List<TrainingExample> of(VisualQuestion question) {
    return List.of(
        new TrainingExample(
            question.imageTexts(), question.question(), targets(question.answers())));
  }

  private static List<String> targets(List<String> answers) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
    List<Map.Entry<String, Integer>> byCount = new ArrayList<>(counts.entrySet());
    // Stable: answers of the same count stay in the order in which they were given.
    byCount.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    int most = byCount.get(0).getValue();
    return byCount.stream()
        .takeWhile(answer -> answer.getValue() == most || answer.getValue() >= ENOUGH)
        .map(Map.Entry::getKey)
        .toList();
  }
}
