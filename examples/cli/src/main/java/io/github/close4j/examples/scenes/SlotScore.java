package io.github.close4j.examples.scenes;

import java.util.Optional;

/**
 * What one caption has right about one scene. {@link Slot} defines each component.
 *
 * @param shapeTrue {@link Slot#SHAPE}
 * @param colourTrue {@link Slot#COLOUR}
 * @param objectsTrue {@link Slot#OBJECTS}
 * @param objectsExact {@link Slot#OBJECTS_EXACT}
 * @param count {@link Slot#COUNT}; empty but in {@link Layout#GROUP} scenes
 * @param relationStated {@link Slot#RELATION_STATED}; empty but in {@link Layout#RELATION} scenes
 * @param relation {@link Slot#RELATION}; empty but in {@link Layout#RELATION} scenes
 * @param size {@link Slot#SIZE}; empty where the caption states no size
 * @param allTrue {@link Slot#ALL}
 */
public record SlotScore(
    boolean shapeTrue,
    boolean colourTrue,
    boolean objectsTrue,
    boolean objectsExact,
    Optional<Boolean> count,
    Optional<Boolean> relationStated,
    Optional<Boolean> relation,
    Optional<Boolean> size,
    boolean allTrue) {}
