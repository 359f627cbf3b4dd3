package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.close4j.metric.MetricScores;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntailmentAccuracyTest {
  @Test
  void badInputIsNamed() {
    assertThrows(
        IllegalArgumentException.class,
        () -> EntailmentAccuracy.score(List.of("a"), List.of("a", "b")));
    assertThrows(
        IllegalArgumentException.class, () -> EntailmentAccuracy.score(List.of(), List.of()));
  }

  @Test
  void entailmentIsExactButForCase() {
    MetricScores scores =
        EntailmentAccuracy.score(
            List.of("entailment", "neutral", "Contradiction ", "neutral."),
            List.of("entailment", "contradiction", "contradiction", "neutral"));
    assertEquals(List.of(1.0, 0.0, 1.0, 0.0), scores.perExample().asList());
    assertEquals(0.5, scores.corpus());
  }
}
