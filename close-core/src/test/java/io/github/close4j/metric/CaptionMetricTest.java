package io.github.close4j.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CaptionMetricTest {
  private static final double TOLERANCE = 1e-6;

  /** Captions made by the golden script, read back with the words pycocoevalcap gives them. */
  private record Made(
      MetricGolden golden,
      List<String> candidates,
      List<List<String>> references,
      List<String> tokens,
      List<String> captions) {

    static Made read() throws IOException {
      MetricGolden golden = MetricGolden.read("captions.tsv");
      List<String> candidates = new ArrayList<>();
      List<List<String>> references = new ArrayList<>();
      List<String> tokens = new ArrayList<>();
      List<String> captions = new ArrayList<>();
      List<String> ofItem = new ArrayList<>();
      for (List<String> row : golden.rows()) {
        switch (row.get(1)) {
          case "reference" -> ofItem.add(row.get(2));
          case "candidate" -> {
            candidates.add(row.get(2));
            references.add(List.copyOf(ofItem));
            ofItem.clear();
          }
          default -> {
            continue;
          }
        }
        captions.add(row.get(2));
        tokens.add(row.get(3));
      }
      return new Made(golden, candidates, references, tokens, captions);
    }
  }

  @Test
  void tokensEqualPycocoevalcaps() throws IOException {
    Made made = Made.read();
    assertEquals(525, made.captions().size());
    for (int i = 0; i < made.captions().size(); i++) {
      String caption = made.captions().get(i);
      assertEquals(
          made.tokens().get(i), String.join(" ", CaptionTokenizer.tokenize(caption)), caption);
    }
  }

  @ParameterizedTest
  @EnumSource
  void equalsPycocoevalcap(CaptionMetric metric) throws IOException {
    Made made = Made.read();
    MetricScores scores = metric.score(made.candidates(), made.references());
    int column = made.golden().column(metric.name());
    List<List<String>> expected = made.golden().ofKind("scores");
    assertEquals(124, expected.size());
    for (int item = 0; item < expected.size(); item++) {
      assertEquals(
          Double.parseDouble(expected.get(item).get(2 + column)),
          scores.perExample().get(item),
          TOLERANCE,
          "item " + item);
    }
    String corpus = made.golden().only("corpus").get(2 + column);
    assertEquals(Double.parseDouble(corpus), scores.corpus(), TOLERANCE);
  }

  /** Worked by hand. */
  @Test
  void bleuComparesWithTheNearestLength() {
    // Both 3 and 5 are nearest to 4; the shorter has no penalty.
    List<List<String>> references = List.of(List.of("a b x", "a b c y z w", "a b c d e"));
    assertEquals(1, CaptionMetric.BLEU_1.score(List.of("a b c d"), references).corpus(), 1e-8);
    // One of two a's counts, and the length lacks a word: 1/3 · exp(1 − 4/3).
    MetricScores shorter =
        CaptionMetric.BLEU_1.score(List.of("a a q"), List.of(List.of("a b c d")));
    assertEquals(Math.exp(-1.0 / 3) / 3, shorter.perExample().get(0), 1e-8);
  }

  /** Worked by hand. */
  @Test
  void rougeTakesTheLongestCommonSubsequence() {
    MetricScores scores =
        CaptionMetric.ROUGE_L.score(
            List.of("one two three four"), List.of(List.of("two one three six four")));
    // One, three, four: P = 3/4, R = 3/5.
    assertEquals(2.44 * 0.75 * 0.6 / (0.6 + 1.44 * 0.75), scores.corpus(), 1e-12);
  }

  /** Worked by hand: idf is ln 2; a repeat is not clipped and no length is punished. */
  @Test
  void ciderIsThePlainCosine() {
    MetricScores scores =
        CaptionMetric.CIDER.score(
            List.of("ball ball ball", "bird"), List.of(List.of("ball"), List.of("bird")));
    assertEquals(10.0 / 4, scores.perExample().get(0), 1e-12);
  }

  /** Worked by hand: idf is ln 2 for every n-gram, so the weights cancel and each sim_n is 1. */
  @Test
  void ciderDOfTheOnlyReferenceItselfIsTen() {
    MetricScores scores =
        CaptionMetric.CIDER_D.score(
            List.of("a red ball rolling", "a red ball rolling"),
            List.of(List.of("A red ball, rolling."), List.of("two green birds fly")));
    assertEquals(10, scores.perExample().get(0), 1e-12);
    assertEquals(0, scores.perExample().get(1));
    assertEquals(5, scores.corpus(), 1e-12);
  }

  /** Worked by hand: only bigrams are counted for the length, and repeats are clipped. */
  @Test
  void ciderDClipsRepeatsAndPenalisesLength() {
    MetricScores scores =
        CaptionMetric.CIDER_D.score(
            List.of("ball ball ball", "bird"), List.of(List.of("ball"), List.of("bird")));
    // sim_1 = min(3, 1)·1 / (3·1) · exp(−(2 − 0)² / 72); there are no other n-grams in the
    // reference.
    assertEquals(10.0 / 4 / 3 * Math.exp(-4.0 / 72), scores.perExample().get(0), 1e-12);
    assertEquals(10.0 / 4, scores.perExample().get(1), 1e-12);
  }

  @Test
  void ciderDOfOneItemIsZero() {
    MetricScores scores =
        CaptionMetric.CIDER_D.score(List.of("a ball"), List.of(List.of("a ball")));
    assertEquals(0, scores.corpus());
  }

  @ParameterizedTest
  @EnumSource
  void aCaptionWithoutWordsScoresNothing(CaptionMetric metric) {
    MetricScores scores =
        metric.score(List.of("...", "a dog"), List.of(List.of("a red dog"), List.of("a dog")));
    assertEquals(0, scores.perExample().get(0), 1e-12);
  }

  @Test
  void severalMetricsTogetherGiveTheSame() throws IOException {
    Made made = Made.read();
    List<CaptionMetric> metrics = List.of(CaptionMetric.CIDER_D, CaptionMetric.BLEU_4);
    Map<CaptionMetric, MetricScores> scores =
        CaptionMetric.scores(metrics, made.candidates(), made.references());
    assertEquals(metrics, List.copyOf(scores.keySet()));
    for (CaptionMetric metric : metrics) {
      assertEquals(metric.score(made.candidates(), made.references()), scores.get(metric));
    }
  }

  @Property(tries = 200)
  void aReferenceItselfScoresTheMost(@ForAll @From("captions") List<String> captions) {
    List<List<String>> references = captions.stream().map(List::of).toList();
    assertEquals(1, CaptionMetric.ROUGE_L.score(captions, references).corpus(), 1e-12);
    assertEquals(1, CaptionMetric.BLEU_1.score(captions, references).corpus(), 1e-8);
  }

  @Property(tries = 200)
  void scoresStayWithinTheirRange(
      @ForAll @From("captions") List<String> captions,
      @ForAll @From("captions") List<String> others) {
    int size = Math.min(captions.size(), others.size());
    List<String> candidates = captions.subList(0, size);
    List<List<String>> references = others.subList(0, size).stream().map(List::of).toList();
    for (CaptionMetric metric : CaptionMetric.values()) {
      double most = metric.title().startsWith("CIDEr") ? 10 : 1;
      MetricScores scores = metric.score(candidates, references);
      assertEquals(size, scores.perExample().length());
      assertTrue(scores.corpus() >= 0 && scores.corpus() <= most + 1e-8, metric + ": " + scores);
      for (double score : scores.perExample().asList()) {
        assertTrue(score >= 0 && score <= most + 1e-8, metric + ": " + scores);
      }
    }
  }

  @Property(tries = 100)
  void theOrderOfReferencesDoesNotMatter(@ForAll @From("captions") List<String> captions) {
    List<String> reversed = new ArrayList<>(captions);
    Collections.reverse(reversed);
    for (CaptionMetric metric : CaptionMetric.values()) {
      double score = metric.score(List.of("a red dog"), List.of(captions)).corpus();
      assertEquals(
          score,
          metric.score(List.of("a red dog"), List.of(reversed)).corpus(),
          1e-12,
          metric.title());
    }
  }

  @Provide
  Arbitrary<List<String>> captions() {
    return Arbitraries.of("a", "the", "red", "dog", "dogs", "running", "run", "by")
        .list()
        .ofMinSize(1)
        .ofMaxSize(9)
        .map(words -> String.join(" ", words))
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  @Test
  void badInputIsNamed() {
    for (CaptionMetric metric : CaptionMetric.values()) {
      assertMessage("found 0", () -> metric.score(List.of(), List.of()));
      assertMessage("item 0", () -> metric.score(List.of("a"), List.of(List.of())));
      assertMessage(
          "1 items, found 2", () -> metric.score(List.of("a", "b"), List.of(List.of("a"))));
    }
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
