package io.github.close4j.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CiderDTest {
  private static final double TOLERANCE = 1e-9;

  /** The file is made by src/test/python/cider_golden.py. */
  private static final class Golden {
    final List<List<String>> references = new ArrayList<>();
    final List<String> candidates = new ArrayList<>();
    final List<Double> scores = new ArrayList<>();
    double corpus = Double.NaN;

    static Golden read() throws IOException {
      Golden golden = new Golden();
      for (String line :
          Resources.readLines(
              Resources.getResource(CiderDTest.class, "cider-d.tsv"), StandardCharsets.UTF_8)) {
        String[] columns = line.split("\t", -1);
        golden.add(columns[0], columns[1], columns[2]);
      }
      return golden;
    }

    private void add(String item, String kind, String value) {
      switch (kind) {
        case "reference" -> {
          if (Integer.parseInt(item) == references.size()) {
            references.add(new ArrayList<>());
          }
          references.get(Integer.parseInt(item)).add(value);
        }
        case "candidate" -> candidates.add(value);
        case "score" -> scores.add(Double.valueOf(value));
        case "corpus" -> corpus = Double.parseDouble(value);
        default -> assertEquals("version", kind);
      }
    }
  }

  @Test
  void equalsPycocoevalcap() throws IOException {
    Golden golden = Golden.read();
    assertEquals(150, golden.candidates.size());
    CiderD scorer = CiderD.fromReferences(golden.references);
    double[] scores = scorer.scoreEach(golden.candidates);
    for (int item = 0; item < scores.length; item++) {
      assertEquals(golden.scores.get(item), scores[item], TOLERANCE, "item " + item);
    }
    assertEquals(golden.corpus, scorer.score(golden.candidates), TOLERANCE);
  }

  @Test
  void tokenizingTwiceOrWithBlanksAloneGivesTheSameScores() throws IOException {
    Golden golden = Golden.read();
    CiderD blanks =
        CiderD.fromReferences(
            golden.references,
            caption -> caption.isEmpty() ? List.of() : List.of(caption.split(" ")));
    assertEquals(golden.corpus, blanks.score(golden.candidates), TOLERANCE);
  }

  /** Worked by hand: idf is ln 2 for every n-gram, so the weights cancel and each sim_n is 1. */
  @Test
  void theOnlyReferenceItselfScoresTen() {
    CiderD scorer =
        CiderD.fromReferences(
            List.of(List.of("A red ball, rolling."), List.of("two green birds fly")));
    double[] scores = scorer.scoreEach(List.of("a red ball rolling", "a red ball rolling"));
    assertEquals(10, scores[0], 1e-12);
    assertEquals(0, scores[1]);
    assertEquals(5, scorer.score(List.of("a red ball rolling", "a red ball rolling")), 1e-12);
  }

  /** Worked by hand: only bigrams are counted for the length, and repeats are clipped. */
  @Test
  void repeatsAreClippedAndLengthIsPenalised() {
    CiderD scorer = CiderD.fromReferences(List.of(List.of("ball"), List.of("bird")));
    double[] scores = scorer.scoreEach(List.of("ball ball ball", "bird"));
    // sim_1 = min(3, 1)·1 / (3·1) · exp(−(2 − 0)² / 72); there are no other n-grams in the
    // reference.
    assertEquals(10.0 / 4 / 3 * Math.exp(-4.0 / 72), scores[0], 1e-12);
    assertEquals(10.0 / 4, scores[1], 1e-12);
  }

  @Test
  void oneItemScoresZero() {
    assertEquals(0, CiderD.fromReferences(List.of(List.of("a ball"))).score(List.of("a ball")));
  }

  @Test
  void badInputIsNamed() {
    assertMessage("item", () -> CiderD.fromReferences(List.of()));
    assertMessage("item 1", () -> CiderD.fromReferences(List.of(List.of("a"), List.<String>of())));
    CiderD scorer = CiderD.fromReferences(List.of(List.of("a")));
    assertMessage("1 items, found 2", () -> scorer.score(List.of("a", "b")));
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
