package io.github.close4j.examples.tables;

import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.metric.MetricScores;
import io.github.close4j.metric.VqaAccuracy;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model is asked about pictures, and how its answers are scored.
 *
 * @param pictures number of the picture in its set, for each input
 * @param texts the text beside each picture; empty in tasks without text
 * @param score scores the answers, one for each input
 */
record Probe(
    List<Integer> pictures, List<String> texts, Function<List<String>, Map<String, Double>> score) {

  /** Share of right answers, or CIDEr-D, times 100: what tables show. */
  static final String SCORE = "score";

  /** {@link #SCORE} with another picture of the set beside each text. */
  static final String BLIND = "blind";

  /** Share of the best answer that looks at the text's kind alone, times 100. */
  static final String MAJORITY = "majority";

  /** Stands before the kind of a text in the name of its share of right answers. */
  static final String KIND = "kind ";

  /** Share of captions in the style asked for, times 100. */
  static final String IN_STYLE = "in style";

  /** People who answer a question in VQA; here all agree. */
  static final int PEOPLE = 10;

  boolean hasText() {
    return !texts.isEmpty();
  }

  /**
   * Asks for a caption of each picture.
   *
   * @param references captions by picture, which CIDEr-D compares with
   * @param more scores beside it
   */
  static Probe captions(
      List<List<String>> references, Function<List<String>, Map<String, Double>> more) {
    return new Probe(
        IntStream.range(0, references.size()).boxed().toList(),
        List.of(),
        said -> {
          Map<String, Double> scores = new LinkedHashMap<>();
          scores.put(SCORE, 100 * CaptionMetric.CIDER_D.score(said, references).corpus());
          scores.putAll(more.apply(said));
          return scores;
        });
  }

  /** The same, and how many answers are in a style. */
  Probe inStyle(Predicate<String> isInStyle) {
    return new Probe(
        pictures,
        texts,
        said -> {
          Map<String, Double> scores = new LinkedHashMap<>(score.apply(said));
          scores.put(IN_STYLE, 100.0 * said.stream().filter(isInStyle).count() / said.size());
          return scores;
        });
  }

  /**
   * Asks for one of few labels, such as entailment's. What is said counts if it is the label, in
   * capitals or not.
   *
   * @param pictures number of the picture in its set, for each text
   * @param texts the texts
   * @param labels the right label of each
   * @param kinds the kind of each, as {@link #questions}
   */
  static Probe labels(
      List<Integer> pictures, List<String> texts, List<String> labels, List<String> kinds) {
    return new Probe(
        pictures,
        texts,
        said -> {
          List<Double> right =
              IntStream.range(0, labels.size())
                  .mapToObj(i -> said.get(i).strip().equalsIgnoreCase(labels.get(i)) ? 1.0 : 0.0)
                  .toList();
          return scores(right, labels, kinds);
        });
  }

  /**
   * Asks questions; what is said is judged as in VQA.
   *
   * @param pictures number of the picture in its set, for each question
   * @param questions the questions
   * @param answers the right answer of each
   * @param kinds the kind of each: results tell the accuracy by kind, and the majority is the
   *     kind's
   */
  static Probe questions(
      List<Integer> pictures, List<String> questions, List<String> answers, List<String> kinds) {
    List<List<String>> agreed =
        answers.stream().map(answer -> Collections.nCopies(PEOPLE, answer)).toList();
    return new Probe(
        pictures,
        questions,
        said -> {
          MetricScores accuracy = VqaAccuracy.COUNT.score(said, agreed);
          return scores(accuracy.perExample().asList(), answers, kinds);
        });
  }

  /** The mean of scores, that of each kind, and what the kind's most frequent answer would get. */
  private static Map<String, Double> scores(
      List<Double> perAnswer, List<String> answers, List<String> kinds) {
    Map<String, List<Integer>> byKind =
        IntStream.range(0, kinds.size())
            .boxed()
            .collect(Collectors.groupingBy(kinds::get, TreeMap::new, Collectors.toList()));
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put(
        SCORE, 100 * perAnswer.stream().collect(Collectors.averagingDouble(Double::doubleValue)));
    long majority = 0;
    for (Map.Entry<String, List<Integer>> kind : byKind.entrySet()) {
      List<Integer> own = kind.getValue();
      long mostFrequent = mostFrequent(own.stream().map(answers::get).toList());
      majority += mostFrequent;
      scores.put(
          KIND + kind.getKey(),
          100 * own.stream().collect(Collectors.averagingDouble(perAnswer::get)));
      scores.put(KIND + kind.getKey() + " " + MAJORITY, 100.0 * mostFrequent / own.size());
    }
    scores.put(MAJORITY, 100.0 * majority / kinds.size());
    return scores;
  }

  private static long mostFrequent(Collection<String> values) {
    return values.stream()
        .collect(Collectors.groupingBy(value -> value, Collectors.counting()))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .max()
        .orElseThrow();
  }
}
