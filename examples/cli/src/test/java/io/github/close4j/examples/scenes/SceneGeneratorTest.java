package io.github.close4j.examples.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Path2D;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SceneGeneratorTest {
  @Property(tries = 50)
  void equalSeedsGiveEqualScenesAndTwins(@ForAll long seed, @ForAll Split split) {
    SceneGenerator first = new SceneGenerator(seed, split);
    SceneGenerator second = new SceneGenerator(seed, split);
    List<Scene> scenes = first.take(20);
    assertEquals(scenes, second.take(20));
    assertEquals(first.twin(scenes.get(0)), second.twin(scenes.get(0)));
    assertNotEquals(scenes, new SceneGenerator(seed + 1, split).take(20));
  }

  /** 20 000 scenes, tolerance of five standard deviations: one false alarm in 10⁶ at most. */
  @ParameterizedTest
  @EnumSource(Split.class)
  void layoutsHaveTheirSharesInEverySplit(Split split) {
    List<Scene> scenes = new SceneGenerator(21, split).take(20_000);
    Map<Layout, Long> counts =
        scenes.stream().collect(Collectors.groupingBy(Scene::layout, Collectors.counting()));
    assertEquals(0.25, counts.get(Layout.SINGLE) / 20_000.0, 0.0153);
    assertEquals(0.50, counts.get(Layout.RELATION) / 20_000.0, 0.0177);
    assertEquals(0.25, counts.get(Layout.GROUP) / 20_000.0, 0.0153);
  }

  @Test
  void theWholeWorldIsReached() {
    Set<String> drawn = new HashSet<>();
    for (Scene scene : new SceneGenerator(22, Split.TEST).take(20_000)) {
      drawn.add(SceneContent.of(scene).combination());
    }
    Set<String> listed =
        Contents.all().stream()
            .filter(content -> Split.of(content) == Split.TEST)
            .map(SceneContent::combination)
            .collect(Collectors.toSet());
    assertEquals(listed, drawn);
  }

  @Test
  void placesAreAsTheRelationSays() {
    for (Scene scene : new SceneGenerator(23, Split.TRAIN).take(20_000)) {
      if (scene.relation() != null) {
        assertTrue(holds(scene), scene::toString);
      }
    }
  }

  private static boolean holds(Scene scene) {
    SceneObject first = scene.objects().get(0);
    SceneObject second = scene.objects().get(1);
    double right = second.x() - first.x();
    double down = second.y() - first.y();
    return switch (scene.relation()) {
      case LEFT_OF -> right >= 27 && Math.abs(down) <= 5;
      case ABOVE -> down >= 27 && Math.abs(right) <= 5;
      case INSIDE -> surrounds(second, first);
    };
  }

  /** The disc of the inner object, but for its tips, lies within the outer's outline. */
  private static boolean surrounds(SceneObject outer, SceneObject inner) {
    Path2D outline = Outlines.unit(outer.shape());
    for (int i = 0; i < 32; i++) {
      double x = inner.x() + 0.9 * inner.radius() * Math.cos(i * Math.PI / 16);
      double y = inner.y() + 0.9 * inner.radius() * Math.sin(i * Math.PI / 16);
      double unitX = (x - outer.x()) / outer.radius();
      double unitY = (y - outer.y()) / outer.radius();
      if (!outline.contains(unitX, unitY)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void objectsStayInThePictureAndSideBySideOnesApart() {
    for (Scene scene : new SceneGenerator(24, Split.TRAIN).take(20_000)) {
      for (SceneObject object : scene.objects()) {
        assertTrue(inPicture(object.x(), object.radius()), scene::toString);
        assertTrue(inPicture(object.y(), object.radius()), scene::toString);
        for (SceneObject other : scene.objects()) {
          double distance = Math.hypot(object.x() - other.x(), object.y() - other.y());
          boolean apart = distance >= object.radius() + other.radius() - 1;
          assertTrue(
              object == other || scene.relation() == Relation.INSIDE || apart, scene::toString);
        }
      }
    }
  }

  private static boolean inPicture(double centre, double radius) {
    return centre - radius >= -1 && centre + radius <= SceneRenderer.PICTURE_SIZE + 1;
  }

  @Test
  void everyTrainingContentHasANeighbourInTraining() {
    for (SceneContent content : Contents.all()) {
      if (Split.of(content) == Split.TRAIN) {
        assertTrue(
            Neighbours.byKind(content).stream()
                .flatMap(List::stream)
                .anyMatch(neighbour -> Split.of(neighbour) == Split.TRAIN),
            content::toString);
      }
    }
  }

  @Test
  void everyNeighbourIsAContentOfTheWorld() {
    Set<SceneContent> world = new HashSet<>(Contents.all());
    for (Scene scene : new SceneGenerator(25, Split.TRAIN).take(2_000)) {
      for (List<SceneContent> kind : Neighbours.byKind(SceneContent.of(scene))) {
        assertTrue(world.containsAll(kind));
      }
    }
  }

  @Test
  void aTrainingTwinDiffersInOneToldThing() {
    SceneGenerator scenes = new SceneGenerator(26, Split.TRAIN);
    Set<String> changes = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      Scene scene = scenes.next();
      Scene twin = scenes.twin(scene);
      List<String> told = ToldChanges.between(SceneContent.of(scene), SceneContent.of(twin));
      assertEquals(1, told.size(), () -> told + ": " + scene + " and " + twin);
      assertEquals(Split.TRAIN, Split.of(twin));
      assertNotEquals(scene.look(), twin.look());
      assertTrue(twin.relation() == null || holds(twin), twin::toString);
      changes.addAll(told);
    }
    assertEquals(
        Set.of("colour", "shape", "count", "relation", "colours exchanged", "objects exchanged"),
        changes);
  }

  @ParameterizedTest
  @EnumSource(names = {"VALIDATION", "TEST"})
  void aTwinInASparseSplitDiffersInOneOrTwoToldThings(Split split) {
    SceneGenerator scenes = new SceneGenerator(27, split);
    SplittableRandom random = new SplittableRandom(27);
    List<SceneContent> contents =
        Contents.all().stream().filter(content -> Split.of(content) == split).toList();
    for (SceneContent content : contents) {
      Scene scene = Placement.place(content, random);
      Scene twin = scenes.twin(scene);
      int told = ToldChanges.between(SceneContent.of(scene), SceneContent.of(twin)).size();
      assertTrue(told == 1 || told == 2, () -> told + ": " + scene + " and " + twin);
      assertEquals(split, Split.of(twin));
    }
  }

  @Test
  void aTwinOfAnotherSplitIsRefused() {
    Scene scene = new SceneGenerator(28, Split.TEST).next();
    SceneGenerator training = new SceneGenerator(28, Split.TRAIN);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> training.twin(scene));
    assertEquals("scene: expected one of TRAIN, found one of TEST", refusal.getMessage());
  }

  @Test
  void takesNoneButNotFewer() {
    SceneGenerator scenes = new SceneGenerator(29, Split.TRAIN);
    assertTrue(scenes.take(0).isEmpty());
    assertThrows(IllegalArgumentException.class, () -> scenes.take(-1));
    assertFalse(scenes.take(1).isEmpty());
  }
}
