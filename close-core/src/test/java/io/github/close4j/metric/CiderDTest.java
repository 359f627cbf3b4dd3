package io.github.close4j.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CiderDTest {
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
