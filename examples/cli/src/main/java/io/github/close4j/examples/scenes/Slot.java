package io.github.close4j.examples.scenes;

import java.util.Optional;
import java.util.function.Function;

/**
 * One thing that a caption can have right or wrong about a scene.
 *
 * <p>An object is <em>named</em> by a noun with the number, size and colour words right before it.
 */
public enum Slot {
  /** At least one object is named, and the scene has an object of every shape named. */
  SHAPE(score -> Optional.of(score.shapeTrue())),
  /** At least one colour is stated, and the scene has an object of every colour stated. */
  COLOUR(score -> Optional.of(score.colourTrue())),
  /**
   * At least one object is named, each with a colour, and the scene has an object of every colour
   * and shape so named.
   */
  OBJECTS(score -> Optional.of(score.objectsTrue())),
  /** {@link #OBJECTS}, and every colour and shape of the scene is named. */
  OBJECTS_EXACT(score -> Optional.of(score.objectsExact())),
  /**
   * In {@link Layout#GROUP} scenes: a number word is stated, and every number stated is the number
   * of objects.
   */
  COUNT(SlotScore::count),
  /** In {@link Layout#RELATION} scenes: a relation is stated, be it true or not. */
  RELATION_STATED(SlotScore::relationStated),
  /**
   * In {@link Layout#RELATION} scenes: {@link #OBJECTS_EXACT}, a relation is stated, and every
   * relation stated is the scene's, with the right object on each side.
   */
  RELATION(SlotScore::relation),
  /**
   * Where the caption states a size: every object named with a size is in the scene, with all that
   * the caption says of it.
   */
  SIZE(SlotScore::size),
  /**
   * Everything stated is true: at least one object is named, as many objects of the scene as stated
   * are so (one, for a noun in the singular), none is named twice, every relation stated holds, and
   * no number, size or colour word stands alone.
   */
  ALL(score -> Optional.of(score.allTrue()));

  private final Function<SlotScore, Optional<Boolean>> result;

  Slot(Function<SlotScore, Optional<Boolean>> result) {
    this.result = result;
  }

  /** Returns whether the caption has this right, empty where the question does not arise. */
  Optional<Boolean> of(SlotScore score) {
    return result.apply(score);
  }
}
