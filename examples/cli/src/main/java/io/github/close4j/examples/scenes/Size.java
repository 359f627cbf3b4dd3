package io.github.close4j.examples.scenes;

import java.util.List;

/** The size of a {@link SceneObject}. */
public enum Size {
  /** About 8 pixels in radius; about 7 inside another object. */
  SMALL("small", "little"),
  /** About 13 pixels in radius; about 23 around another object. */
  BIG("big", "large");

  private final List<String> words;

  Size(String... words) {
    this.words = List.of(words);
  }

  /**
   * Returns the adjectives for this size.
   *
   * @return the plain word, then one synonym; immutable
   */
  public List<String> words() {
    return words;
  }
}
