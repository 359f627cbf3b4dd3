package io.github.close4j.examples.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SceneTest {
  private static final SceneObject STAR =
      new SceneObject(Shape.STAR, Colour.RED, Size.BIG, 30, 30, 13);

  @ParameterizedTest
  @CsvSource({
    "SINGLE, 0, , 'SINGLE: expected 1 to 1 objects, found 0'",
    "SINGLE, 2, , 'SINGLE: expected 1 to 1 objects, found 2'",
    "RELATION, 1, ABOVE, 'RELATION: expected 2 to 2 objects, found 1'",
    "GROUP, 1, , 'GROUP: expected 2 to 4 objects, found 1'",
    "GROUP, 5, , 'GROUP: expected 2 to 4 objects, found 5'",
    "RELATION, 2, , 'RELATION: expected a relation in RELATION scenes alone, found null'",
    "GROUP, 2, ABOVE, 'GROUP: expected a relation in RELATION scenes alone, found ABOVE'"
  })
  void refusesObjectsThatDoNotSuitTheLayout(
      Layout layout, int count, Relation relation, String message) {
    List<SceneObject> objects = Collections.nCopies(count, STAR);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> new Scene(layout, objects, relation, 0));
    assertEquals(message, refusal.getMessage());
  }

  @Test
  void copiesItsObjects() {
    List<SceneObject> objects = new ArrayList<>(List.of(STAR));
    Scene scene = new Scene(Layout.SINGLE, objects, null, 7);
    objects.clear();
    assertEquals(new Scene(Layout.SINGLE, List.of(STAR), null, 7), scene);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesARadiusThatIsNone(double radius) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SceneObject(Shape.STAR, Colour.RED, Size.BIG, 30, 30, radius));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
  void refusesACentreThatIsNowhere(double coordinate) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SceneObject(Shape.STAR, Colour.RED, Size.BIG, coordinate, 30, 8));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SceneObject(Shape.STAR, Colour.RED, Size.BIG, 30, coordinate, 8));
  }
}
