package io.github.close4j.examples.tables;

import io.github.close4j.examples.scenes.CaptionStyle;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneEntailment;
import io.github.close4j.examples.scenes.SceneQuestion;
import io.github.close4j.examples.scenes.Slot;
import io.github.close4j.examples.scenes.SlotScorer;
import io.github.close4j.examples.scenes.SlotScores;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.metric.MetricScores;
import io.github.close4j.metric.VqaAccuracy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What each task asks about pictures. */
final class Probes {
  /** People who answer a question in VQA; here all agree. */
  static final int PEOPLE = 10;

  private static final int HYPOTHESES_A_SCENE = 3;

  /** The slots that tables show. */
  static final List<Slot> SLOTS =
      List.of(Slot.COLOUR, Slot.SHAPE, Slot.OBJECTS_EXACT, Slot.COUNT, Slot.RELATION, Slot.ALL);

  private Probes() {}

  static String title(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  static Probe captions(SceneCorpus corpus) {
    return new Probe(
        allScenes(corpus), List.of(), said -> scores(said, corpus.scenes(), corpus.captions()));
  }

  static Probe style(CaptionStyle style, SceneCorpus corpus, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<String>> references =
        corpus.scenes().stream()
            .map(scene -> style.captions(scene, SceneCorpus.CAPTIONS_A_SCENE, random))
            .toList();
    return new Probe(
        allScenes(corpus),
        List.of(),
        said -> {
          Map<String, Double> scores = scores(said, corpus.scenes(), references);
          double inStyle = said.stream().filter(style::isShownBy).count();
          scores.put(Probe.IN_STYLE, 100 * inStyle / said.size());
          return scores;
        });
  }

  private static List<Integer> allScenes(SceneCorpus corpus) {
    return IntStream.range(0, corpus.scenes().size()).boxed().toList();
  }

  private static Map<String, Double> scores(
      List<String> said, List<Scene> scenes, List<List<String>> references) {
    SlotScores slots = new SlotScores();
    for (int i = 0; i < said.size(); i++) {
      slots.add(SlotScorer.score(said.get(i), scenes.get(i)));
    }
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put(Probe.SCORE, 100 * CaptionMetric.CIDER_D.score(said, references).corpus());
    for (Slot slot : SLOTS) {
      if (slots.asked(slot) > 0) {
        scores.put(title(slot), 100 * slots.fraction(slot));
      }
    }
    return scores;
  }

  static Probe entailment(SceneCorpus corpus, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> scenes = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < corpus.scenes().size(); i++) {
      for (int j = 0; j < HYPOTHESES_A_SCENE; j++) {
        SceneEntailment drawn = SceneEntailment.draw(corpus.scenes().get(i), random);
        scenes.add(i);
        texts.add(drawn.hypothesis());
        labels.add(drawn.label());
      }
    }
    return new Probe(
        scenes,
        texts,
        said -> {
          List<Double> right = right(said, labels);
          Map<String, Double> scores = new LinkedHashMap<>();
          scores.put(Probe.SCORE, 100 * mean(right));
          scores.put(Probe.MAJORITY, 100.0 * mostFrequent(labels) / labels.size());
          scores.putAll(byGroup(right, labels));
          return scores;
        });
  }

  /** 1 for each label that was said, in capitals or not, and 0 for each that was not. */
  private static List<Double> right(List<String> said, List<String> labels) {
    return IntStream.range(0, labels.size())
        .mapToObj(i -> said.get(i).strip().equalsIgnoreCase(labels.get(i)) ? 1.0 : 0.0)
        .toList();
  }

  private static double mean(List<Double> scores) {
    return scores.stream().mapToDouble(Double::doubleValue).sum() / scores.size();
  }

  static Probe questions(SceneCorpus corpus, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> scenes = new ArrayList<>();
    List<SceneQuestion> questions = new ArrayList<>();
    for (int i = 0; i < corpus.scenes().size(); i++) {
      for (SceneQuestion question : SceneQuestion.draw(corpus.scenes().get(i), random)) {
        scenes.add(i);
        questions.add(question);
      }
    }
    List<List<String>> answers =
        questions.stream().map(q -> Collections.nCopies(PEOPLE, q.answer())).toList();
    List<String> kinds = questions.stream().map(q -> title(q.kind())).toList();
    return new Probe(
        scenes,
        questions.stream().map(SceneQuestion::question).toList(),
        said -> {
          MetricScores accuracy = VqaAccuracy.COUNT.score(said, answers);
          Map<String, Double> scores = new LinkedHashMap<>();
          scores.put(Probe.SCORE, 100 * accuracy.corpus());
          scores.put(Probe.MAJORITY, 100 * majorityByKind(questions));
          scores.putAll(byGroup(accuracy.perExample().asList(), kinds));
          return scores;
        });
  }

  /** The share of right answers of one who always says the kind's most frequent answer. */
  private static double majorityByKind(List<SceneQuestion> questions) {
    double right =
        questions.stream()
            .collect(
                Collectors.groupingBy(
                    SceneQuestion::kind,
                    Collectors.mapping(SceneQuestion::answer, Collectors.toList())))
            .values()
            .stream()
            .mapToDouble(Probes::mostFrequent)
            .sum();
    return right / questions.size();
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

  private static Map<String, Double> byGroup(List<Double> accuracy, List<String> groups) {
    return IntStream.range(0, groups.size())
        .boxed()
        .collect(
            Collectors.groupingBy(
                groups::get, TreeMap::new, Collectors.averagingDouble(i -> 100 * accuracy.get(i))));
  }
}
