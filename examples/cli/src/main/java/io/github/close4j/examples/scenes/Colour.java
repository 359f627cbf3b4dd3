package io.github.close4j.examples.scenes;

import java.util.List;

/** The colour of a {@link SceneObject}, before the small jitter that drawing adds. */
public enum Colour {
  /** Red. */
  RED(0xd92020, "red", "crimson"),
  /** Green. */
  GREEN(0x20a030, "green", "emerald"),
  /** Blue. */
  BLUE(0x2040e0, "blue", "navy"),
  /** Yellow. */
  YELLOW(0xf0e020, "yellow", "golden"),
  /** Purple. */
  PURPLE(0x9020b0, "purple", "violet"),
  /** Orange. */
  ORANGE(0xf58010, "orange"),
  /** White. */
  WHITE(0xf8f8f8, "white"),
  /** Black. */
  BLACK(0x101010, "black");

  private final int rgb;
  private final List<String> words;

  Colour(int rgb, String... words) {
    this.rgb = rgb;
    this.words = List.of(words);
  }

  /**
   * Returns the adjectives for this colour.
   *
   * @return the plain word, then at most one synonym; immutable
   */
  public List<String> words() {
    return words;
  }

  /** Returns the colour as 0xRRGGBB. */
  int rgb() {
    return rgb;
  }
}
