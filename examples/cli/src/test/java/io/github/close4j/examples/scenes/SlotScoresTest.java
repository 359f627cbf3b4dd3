package io.github.close4j.examples.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SlotScoresTest {
  private static final SlotScore RELATED = score(true, Optional.empty(), Optional.of(true));
  private static final SlotScore GROUPED = score(true, Optional.of(true), Optional.empty());
  private static final SlotScore MISCOUNTED = score(false, Optional.of(false), Optional.empty());

  @Test
  void eachSlotIsDividedByTheScenesItWasAskedOf() {
    SlotScores scores =
        Stream.of(RELATED, GROUPED, MISCOUNTED, MISCOUNTED).collect(SlotScores.collector());
    assertEquals(4, scores.asked(Slot.ALL));
    assertEquals(0.5, scores.fraction(Slot.ALL));
    assertEquals(3, scores.asked(Slot.COUNT));
    assertEquals(1.0 / 3, scores.fraction(Slot.COUNT));
    assertEquals(1, scores.asked(Slot.RELATION));
    assertEquals(1, scores.fraction(Slot.RELATION));
  }

  @Test
  void aSlotNeverAskedHasNoFraction() {
    SlotScores scores = new SlotScores();
    assertEquals(0, scores.asked(Slot.COUNT));
    assertTrue(Double.isNaN(scores.fraction(Slot.COUNT)));
    scores.add(RELATED);
    assertTrue(Double.isNaN(scores.fraction(Slot.COUNT)));
  }

  @Test
  void talliesAddUp() {
    SlotScores parallel =
        Stream.generate(() -> Stream.of(RELATED, GROUPED, MISCOUNTED))
            .limit(1_000)
            .parallel()
            .flatMap(scores -> scores)
            .collect(SlotScores.collector());
    assertEquals(3_000, parallel.asked(Slot.SHAPE));
    assertEquals(2_000, parallel.asked(Slot.COUNT));
    assertEquals(2.0 / 3, parallel.fraction(Slot.ALL));
  }

  @Test
  void itsTextNamesEverySlot() {
    SlotScores scores = Stream.of(GROUPED, MISCOUNTED).collect(SlotScores.collector());
    assertEquals(
        "shape 0.500 of 2, colour 0.500 of 2, objects 0.500 of 2, objects exact 0.500 of 2,"
            + " count 0.500 of 2, relation stated NaN of 0, relation NaN of 0, size NaN of 0,"
            + " all 0.500 of 2",
        scores.toString());
  }

  private static SlotScore score(
      boolean allTrue, Optional<Boolean> count, Optional<Boolean> relation) {
    return new SlotScore(
        allTrue, allTrue, allTrue, allTrue, count, relation, relation, Optional.empty(), allTrue);
  }
}
