package io.github.close4j.examples.scenes;

import java.util.List;

/** The shape of a {@link SceneObject}. */
public enum Shape {
  /** A disc. */
  CIRCLE("circle", "disc"),
  /** A square, its sides nearly upright. */
  SQUARE("square", "box"),
  /** A triangle standing on its base. */
  TRIANGLE("triangle"),
  /** A star of five points. */
  STAR("star"),
  /** An upright cross with four equal arms. */
  CROSS("cross", "plus"),
  /** A heart, its point down. */
  HEART("heart");

  private final List<String> words;
  private final List<String> plurals;

  Shape(String... words) {
    this.words = List.of(words);
    this.plurals = this.words.stream().map(Shape::plural).toList();
  }

  /**
   * Returns the nouns for one object of this shape.
   *
   * @return the plain noun, then at most one synonym; immutable
   */
  public List<String> words() {
    return words;
  }

  /**
   * Returns the nouns for several objects of this shape.
   *
   * @return the plurals of {@link #words()}, in the same order; immutable
   */
  public List<String> plurals() {
    return plurals;
  }

  /** Tells whether the shape is broad enough in its middle to hold another object. */
  boolean canHold() {
    return this == CIRCLE || this == SQUARE || this == HEART;
  }

  private static String plural(String noun) {
    return noun + (noun.endsWith("s") || noun.endsWith("x") ? "es" : "s");
  }
}
