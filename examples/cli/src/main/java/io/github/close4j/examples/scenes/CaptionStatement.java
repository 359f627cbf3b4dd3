package io.github.close4j.examples.scenes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caption states. */
record CaptionStatement(List<Phrase> phrases, List<Claim> claims) {

  CaptionStatement {
    phrases = List.copyOf(phrases);
    claims = List.copyOf(claims);
  }

  /**
   * The words that name one object or several equal ones; what they leave out is null. Without a
   * shape, they are words that no noun follows.
   */
  record Phrase(
      @Nullable Shape shape,
      @Nullable Colour colour,
      @Nullable Size size,
      @Nullable Integer number,
      boolean plural) {

    /** Tells whether the object is as stated. */
    boolean fits(SceneObject object) {
      return shape == object.shape()
          && (colour == null || colour == object.colour())
          && (size == null || size == object.size());
    }

    /** Tells whether the object's shape and colour are both stated, and rightly. */
    boolean names(SceneObject object) {
      return shape == object.shape() && colour == object.colour();
    }

    /** Tells whether so many objects are as stated; a singular noun alone states one. */
    boolean holdsOf(Scene scene) {
      long fitting = scene.objects().stream().filter(this::fits).count();
      if (number != null) {
        return fitting == number;
      }
      return plural ? fitting > 1 : fitting == 1;
    }
  }

  /**
   * A stated relation and the phrases for its first and second object, null where the caption has
   * no such phrase.
   */
  record Claim(Relation relation, @Nullable Phrase first, @Nullable Phrase second) {}
}
