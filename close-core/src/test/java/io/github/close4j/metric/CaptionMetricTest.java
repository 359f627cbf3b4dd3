package io.github.close4j.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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
    MetricScores scores = metric.score(CaptionSet.of(made.candidates(), made.references()));
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
    CaptionSet captions =
        CaptionSet.of(List.of("a b c d"), List.of(List.of("a b x", "a b c y z w", "a b c d e")));
    // Both 3 and 5 are nearest to 4; the shorter has no penalty.
    assertEquals(1, CaptionMetric.BLEU_1.score(captions).corpus(), 1e-8);
    CaptionSet shorter = CaptionSet.of(List.of("a a q"), List.of(List.of("a b c d")));
    // One of two a's counts, and the length lacks a word: 1/3 · exp(1 − 4/3).
    assertEquals(
        Math.exp(-1.0 / 3) / 3, CaptionMetric.BLEU_1.score(shorter).perExample().get(0), 1e-8);
  }

  /** Worked by hand. */
  @Test
  void rougeTakesTheLongestCommonSubsequence() {
    CaptionSet captions =
        CaptionSet.of(List.of("one two three four"), List.of(List.of("two one three six four")));
    // One, three, four: P = 3/4, R = 3/5.
    assertEquals(
        2.44 * 0.75 * 0.6 / (0.6 + 1.44 * 0.75),
        CaptionMetric.ROUGE_L.score(captions).corpus(),
        1e-12);
  }

  /** Worked by hand. */
  @Test
  void meteorWeighsStemsAndFunctionWords() {
    CaptionSet captions = CaptionSet.of(List.of("the dogs ran"), List.of(List.of("the dog sat")));
    // the = the (function word, exact), dogs ~ dog (content word, stem), in one chunk.
    double share = (0.25 + 0.6 * 0.75) / (0.25 + 0.75 + 0.75);
    assertEquals(
        share * (1 - 0.6 * Math.pow(1 / 2.0, 0.2)),
        CaptionMetric.METEOR.score(captions).corpus(),
        1e-12);
  }

  /** Worked by hand: idf is ln 2; a repeat is not clipped and no length is punished. */
  @Test
  void ciderIsThePlainCosine() {
    CaptionSet captions =
        CaptionSet.of(List.of("ball ball ball", "bird"), List.of(List.of("ball"), List.of("bird")));
    assertEquals(10.0 / 4, CaptionMetric.CIDER.score(captions).perExample().get(0), 1e-12);
  }

  @ParameterizedTest
  @EnumSource
  void aCaptionWithoutWordsScoresNothing(CaptionMetric metric) {
    CaptionSet captions =
        CaptionSet.of(List.of("...", "a dog"), List.of(List.of("a red dog"), List.of("a dog")));
    assertEquals(0, metric.score(captions).perExample().get(0), 1e-12);
  }

  @Test
  void ciderDEqualsItsScorer() throws IOException {
    Made made = Made.read();
    CiderD scorer = CiderD.fromReferences(made.references());
    MetricScores scores =
        CaptionMetric.CIDER_D.score(CaptionSet.of(made.candidates(), made.references()));
    assertEquals(scores.corpus(), scorer.score(made.candidates()));
    assertEquals(
        scores.perExample().asList(),
        Arrays.stream(scorer.scoreEach(made.candidates())).boxed().toList());
  }

  @Property(tries = 200)
  void aReferenceItselfScoresTheMost(@ForAll @From("captions") List<String> captions) {
    List<List<String>> references = captions.stream().map(List::of).toList();
    CaptionSet same = CaptionSet.of(captions, references);
    assertEquals(1, CaptionMetric.ROUGE_L.score(same).corpus(), 1e-12);
    assertEquals(1, CaptionMetric.METEOR.score(same).corpus(), 1e-12);
    assertEquals(1, CaptionMetric.BLEU_1.score(same).corpus(), 1e-8);
  }

  @Property(tries = 200)
  void scoresStayWithinTheirRange(
      @ForAll @From("captions") List<String> captions,
      @ForAll @From("captions") List<String> others) {
    int size = Math.min(captions.size(), others.size());
    CaptionSet set =
        CaptionSet.of(
            captions.subList(0, size), others.subList(0, size).stream().map(List::of).toList());
    for (CaptionMetric metric : CaptionMetric.values()) {
      double most = metric.title().startsWith("CIDEr") ? 10 : 1;
      MetricScores scores = metric.score(set);
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
      double score = metric.score(CaptionSet.of(List.of("a red dog"), List.of(captions))).corpus();
      assertEquals(
          score,
          metric.score(CaptionSet.of(List.of("a red dog"), List.of(reversed))).corpus(),
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
    assertMessage("found 0", () -> CaptionSet.of(List.of(), List.of()));
    assertMessage("item 0", () -> CaptionSet.of(List.of("a"), List.of(List.of())));
    assertMessage(
        "1 items, found 2", () -> CaptionSet.of(List.of("a", "b"), List.of(List.of("a"))));
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
