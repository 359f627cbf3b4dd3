package io.github.close4j.examples.scenes;

import java.util.Locale;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A tally of {@link SlotScore}s. Not safe for use by several threads. */
public final class SlotScores {
  private final long[] asked = new long[Slot.values().length];
  private final long[] right = new long[Slot.values().length];

  /** Creates an empty tally. */
  public SlotScores() {}

  /**
   * Returns a collector into a tally.
   *
   * @return the collector
   */
  public static Collector<SlotScore, ?, SlotScores> collector() {
    return Collector.of(
        SlotScores::new,
        SlotScores::add,
        (tally, other) -> {
          tally.addAll(other);
          return tally;
        });
  }

  /**
   * Adds the score of one caption.
   *
   * @param score the score
   */
  public void add(SlotScore score) {
    for (Slot slot : Slot.values()) {
      slot.of(score)
          .ifPresent(
              isRight -> {
                asked[slot.ordinal()]++;
                right[slot.ordinal()] += isRight ? 1 : 0;
              });
    }
  }

  /**
   * Adds another tally.
   *
   * @param other the tally, left as it is
   */
  public void addAll(SlotScores other) {
    for (int i = 0; i < asked.length; i++) {
      asked[i] += other.asked[i];
      right[i] += other.right[i];
    }
  }

  /**
   * Returns how many captions the slot was asked of.
   *
   * @param slot the slot
   * @return for instance for {@link Slot#COUNT}, the number of group scenes
   */
  public long asked(Slot slot) {
    return asked[slot.ordinal()];
  }

  /**
   * Returns the share of right captions.
   *
   * @param slot the slot
   * @return right captions over {@link #asked}, 0 to 1; NaN if none were asked
   */
  public double fraction(Slot slot) {
    return (double) right[slot.ordinal()] / asked[slot.ordinal()];
  }

  /** Returns the fractions, such as "shape 0.970 of 1000, …". */
  @Override
  public String toString() {
    return Stream.of(Slot.values())
        .map(
            slot ->
                String.format(
                    Locale.ROOT,
                    "%s %.3f of %d",
                    slot.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    fraction(slot),
                    asked(slot)))
        .collect(Collectors.joining(", "));
  }
}
