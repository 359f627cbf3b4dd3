package io.github.close4j.examples.scenes;

import java.util.List;

/**
 * How the first object of a scene stands to the second.
 *
 * <p>A caption tells a relation by a cue word that follows the object it speaks of: in "a red
 * circle to the left of a blue star" and in "a blue star with a red circle on its left" the word
 * "left" speaks of the red circle. Some cue words tell the relation from the first object ("left"),
 * some from the second ("right").
 */
public enum Relation {
  /** The first object is to the left of the second. */
  LEFT_OF(List.of("left"), List.of("right")),
  /** The first object is above the second. */
  ABOVE(List.of("above", "over", "top"), List.of("below", "under", "bottom")),
  /** The first object is inside the second. */
  INSIDE(List.of("inside", "within", "surrounded"), List.of("around", "containing", "surrounding"));

  private final List<String> words;
  private final List<String> converseWords;

  Relation(List<String> words, List<String> converseWords) {
    this.words = words;
    this.converseWords = converseWords;
  }

  /**
   * Returns the cue words that follow the first object.
   *
   * @return the words, such as "left"; immutable
   */
  public List<String> words() {
    return words;
  }

  /**
   * Returns the cue words that follow the second object.
   *
   * @return the words, such as "right"; immutable
   */
  public List<String> converseWords() {
    return converseWords;
  }
}
