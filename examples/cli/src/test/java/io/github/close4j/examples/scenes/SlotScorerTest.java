package io.github.close4j.examples.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SlotScorerTest {
  private static final Scene SINGLE =
      new Scene(Layout.SINGLE, List.of(object(Shape.STAR, Colour.BLUE, Size.SMALL)), null, 0);
  private static final Scene GROUP =
      new Scene(
          Layout.GROUP,
          Collections.nCopies(3, object(Shape.HEART, Colour.GREEN, Size.BIG)),
          null,
          0);

  @ParameterizedTest
  @EnumSource(Split.class)
  void writtenCaptionsAreTrueOfTheirScene(Split split) {
    SplittableRandom random = new SplittableRandom(51);
    for (Scene scene : new SceneGenerator(51, split).take(20_000)) {
      for (String caption : CaptionWriter.captions(scene, 5, random)) {
        SlotScore score = SlotScorer.score(caption, scene);
        assertTrue(score.allTrue(), () -> caption + ": " + scene);
        assertTrue(score.shapeTrue() && score.colourTrue() && score.objectsTrue());
        assertTrue(score.size().orElse(true) && score.count().orElse(true));
        assertEquals(score.relationStated(), score.relation());
      }
    }
  }

  /** Only a caption that leaves out the relation or an object can be true of both. */
  @Test
  void captionsOfATwinAreCaught() {
    SceneGenerator scenes = new SceneGenerator(52, Split.TRAIN);
    SplittableRandom random = new SplittableRandom(52);
    for (int i = 0; i < 20_000; i++) {
      Scene scene = scenes.next();
      Scene twin = scenes.twin(scene);
      for (String caption : CaptionWriter.captions(twin, 2, random)) {
        boolean partial =
            twin.layout() == Layout.RELATION && CaptionParser.parse(caption).claims().isEmpty();
        SlotScore score = SlotScorer.score(caption, scene);
        assertFalse(score.allTrue() && !partial, () -> caption + ": " + scene);
        assertFalse(score.relation().orElse(false), () -> caption + ": " + scene);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // caption, shape, colour, objects, size, all
    "a blue star, true, true, true, , true",
    "a navy star alone, true, true, true, , true",
    "A BLUE STAR., true, true, true, , true",
    "one little blue star, true, true, true, true, true",
    "a big blue star, true, true, true, false, false",
    "a red star, true, false, false, , false",
    "a blue circle, false, true, false, , false",
    "a star, true, false, false, , true",
    "a blue, false, true, false, , false",
    "small, false, false, false, false, false",
    "blue stars, true, true, true, , false",
    "two blue stars, true, true, true, , false",
    "a blue star and a blue star, true, true, true, , false",
    "a blue star and a red heart, false, false, false, , false",
    "a blue star left of it, true, true, true, , false",
    "a red blue star, true, false, false, , false",
    "a small heart and a blue star, false, true, false, false, false",
    "the quick brown fox, false, false, false, , false",
    "'', false, false, false, , false"
  })
  void scoresASingleObject(
      String caption, boolean shape, boolean colour, boolean objects, Boolean size, boolean all) {
    SlotScore score = SlotScorer.score(caption, SINGLE);
    assertEquals(
        new SlotScore(
            shape,
            colour,
            objects,
            objects,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(size),
            all),
        score);
  }

  @ParameterizedTest
  @CsvSource({
    // caption, objects, count, all
    "three green hearts, true, true, true",
    "a trio of green hearts, true, true, true",
    "a group of three large emerald hearts, true, true, true",
    "two green hearts, true, false, false",
    "a pair of green hearts, true, false, false",
    "four green hearts, true, false, false",
    "green hearts, true, false, true",
    "a green heart, true, false, false",
    "one green heart, true, false, false",
    "three red hearts, false, true, false",
    "three green stars, false, true, false",
    "three small green hearts, true, true, false",
    "three green hearts and two green hearts, true, false, false",
    "three green hearts above it, true, true, false",
    "three, false, true, false"
  })
  void scoresAGroup(String caption, boolean objects, boolean count, boolean all) {
    SlotScore score = SlotScorer.score(caption, GROUP);
    assertEquals(objects, score.objectsTrue());
    assertEquals(objects, score.objectsExact());
    assertEquals(Optional.of(count), score.count());
    assertEquals(all, score.allTrue());
    assertTrue(score.relation().isEmpty() && score.relationStated().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    // relation of a small red circle to a big blue star; caption; exact, stated, right, all
    "LEFT_OF, a red circle to the left of a blue star, true, true, true, true",
    "LEFT_OF, a blue star to the right of a red circle, true, true, true, true",
    "LEFT_OF, a blue star with a red circle on its left, true, true, true, true",
    "LEFT_OF, a red circle with a blue star on its right, true, true, true, true",
    "LEFT_OF, a red circle on the left and a blue star on the right, true, true, true, true",
    "LEFT_OF, on the left a red circle and a blue star, true, true, true, true",
    "LEFT_OF, a red circle on the left and a blue star on the left, true, true, false, false",
    "LEFT_OF, a blue star to the left of a red circle, true, true, false, false",
    "LEFT_OF, a red circle to the right of a blue star, true, true, false, false",
    "LEFT_OF, a red star to the left of a blue circle, false, true, false, false",
    "LEFT_OF, a red circle above a blue star, true, true, false, false",
    "LEFT_OF, a red circle and a blue star, true, false, false, true",
    "LEFT_OF, a red circle, false, false, false, true",
    "LEFT_OF, a circle left of a star, false, true, false, true",
    "LEFT_OF, a red circle left of a green star, false, true, false, false",
    "LEFT_OF, a big red circle left of a blue star, true, true, true, false",
    "LEFT_OF, a red left of a blue star, false, true, false, false",
    "LEFT_OF, left, false, true, false, false",
    "LEFT_OF, two red circles, false, false, false, false",
    "ABOVE, a red circle over a blue star, true, true, true, true",
    "ABOVE, a blue star under a red circle, true, true, true, true",
    "ABOVE, a blue star with a red circle above it, true, true, true, true",
    "ABOVE, a blue star at the bottom and a red circle at the top, true, true, true, true",
    "ABOVE, a red circle below a blue star, true, true, false, false",
    "ABOVE, a blue star over a red circle, true, true, false, false",
    "INSIDE, a red circle surrounded by a blue star, true, true, true, true",
    "INSIDE, a blue star surrounding a red circle, true, true, true, true",
    "INSIDE, a blue star with a red circle inside it, true, true, true, true",
    "INSIDE, a red circle with a blue star around it, true, true, true, true",
    "INSIDE, a red circle around a blue star, true, true, false, false",
    "INSIDE, a blue star within a red circle, true, true, false, false"
  })
  void scoresARelation(
      Relation relation,
      String caption,
      boolean exact,
      boolean stated,
      boolean right,
      boolean all) {
    List<SceneObject> objects =
        List.of(
            object(Shape.CIRCLE, Colour.RED, Size.SMALL),
            object(Shape.STAR, Colour.BLUE, Size.BIG));
    SlotScore score = SlotScorer.score(caption, new Scene(Layout.RELATION, objects, relation, 0));
    assertEquals(exact, score.objectsExact());
    assertEquals(Optional.of(stated), score.relationStated());
    assertEquals(Optional.of(right), score.relation());
    assertEquals(all, score.allTrue());
    assertTrue(score.count().isEmpty());
  }

  @Property
  void anyTextIsScored(@ForAll String text, @ForAll long seed) {
    assertConsistent(text, new SceneGenerator(seed, Split.TEST).next());
  }

  @Property
  void anyRowOfKnownWordsIsScored(@ForAll("rowsOfWords") String caption, @ForAll long seed) {
    assertConsistent(caption, new SceneGenerator(seed, Split.TEST).next());
  }

  @Provide
  Arbitrary<String> rowsOfWords() {
    return Arbitraries.of(CaptionWriter.vocabulary())
        .list()
        .ofMaxSize(CaptionWriter.MAX_WORDS)
        .map(words -> String.join(" ", words));
  }

  private static void assertConsistent(String caption, Scene scene) {
    SlotScore score = SlotScorer.score(caption, scene);
    assertTrue(!score.objectsExact() || score.objectsTrue());
    assertTrue(!score.objectsTrue() || (score.shapeTrue() && score.colourTrue()));
    assertTrue(!score.allTrue() || (score.shapeTrue() && score.size().orElse(true)));
    assertEquals(scene.layout() == Layout.GROUP, score.count().isPresent());
    assertEquals(scene.layout() == Layout.RELATION, score.relation().isPresent());
    assertEquals(scene.layout() == Layout.RELATION, score.relationStated().isPresent());
    assertTrue(
        !score.relation().orElse(false)
            || (score.objectsExact() && score.relationStated().orElseThrow()));
  }

  private static SceneObject object(Shape shape, Colour colour, Size size) {
    return new SceneObject(shape, colour, size, 32, 32, 8);
  }
}
