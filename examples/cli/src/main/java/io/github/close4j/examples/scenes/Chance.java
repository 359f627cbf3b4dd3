package io.github.close4j.examples.scenes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** The few ways in which scenes and captions use chance. */
final class Chance {
  private static final double PLAIN_WORD = 2.0 / 3;

  private Chance() {}

  static <T> T pick(List<T> choices, SplittableRandom random) {
    return choices.get(random.nextInt(choices.size()));
  }

  static <T extends Enum<T>> T pick(T[] choices, SplittableRandom random) {
    return choices[random.nextInt(choices.length)];
  }

  /** Draws uniformly from {@code centre ± spread}. */
  static double around(double centre, double spread, SplittableRandom random) {
    return centre + spread * (2 * random.nextDouble() - 1);
  }

  static boolean happens(double probability, SplittableRandom random) {
    return random.nextDouble() < probability;
  }

  /** Draws the plain word, which comes first, twice as often as its synonym. */
  static String word(List<String> words, SplittableRandom random) {
    return words.get(words.size() == 1 || happens(PLAIN_WORD, random) ? 0 : 1);
  }

  static <T> List<T> shuffled(List<T> values, SplittableRandom random) {
    List<T> shuffled = new ArrayList<>(values);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, random.nextInt(i + 1));
    }
    return shuffled;
  }
}
