package io.github.close4j.examples.scenes;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a picture shows, as values.
 *
 * @param layout what holds the objects together
 * @param objects the objects, copied: one in {@link Layout#SINGLE}, two in {@link Layout#RELATION},
 *     two to four in {@link Layout#GROUP}
 * @param relation how the first object stands to the second in {@link Layout#RELATION}, otherwise
 *     null
 * @param look the seed of all that no caption tells: background, rotation, tints, noise
 */
public record Scene(
    Layout layout, List<SceneObject> objects, @Nullable Relation relation, long look) {

  /** The most objects a scene shows. */
  public static final int MAX_OBJECTS = 4;

  /**
   * Checks the components and copies the objects.
   *
   * @throws IllegalArgumentException if the number of objects or the relation does not suit the
   *     layout
   */
  public Scene {
    objects = List.copyOf(objects);
    int least = layout == Layout.SINGLE ? 1 : 2;
    int most = layout == Layout.GROUP ? MAX_OBJECTS : least;
    if (objects.size() < least || objects.size() > most) {
      throw new IllegalArgumentException(
          "%s: expected %d to %d objects, found %d".formatted(layout, least, most, objects.size()));
    }
    if ((relation != null) != (layout == Layout.RELATION)) {
      throw new IllegalArgumentException(
          "%s: expected a relation in RELATION scenes alone, found %s".formatted(layout, relation));
    }
  }

  /**
   * What a table says of this scene's relation.
   *
   * @throws IllegalStateException if the scene has no relation, or the table does not know it
   */
  <T> T byRelation(Map<Relation, T> table) {
    T entry = relation == null ? null : table.get(relation);
    if (entry == null) {
      throw new IllegalStateException(
          "%s: expected a relation of %s, found %s".formatted(layout, table.keySet(), relation));
    }
    return entry;
  }
}
