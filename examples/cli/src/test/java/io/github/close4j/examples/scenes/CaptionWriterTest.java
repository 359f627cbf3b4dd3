package io.github.close4j.examples.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.scenes.CaptionStatement.Phrase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptionWriterTest {
  private static final Pattern WORDS = Pattern.compile("[a-z]+( [a-z]+)*");
  private static final Pattern WRONG_ARTICLE = Pattern.compile("\\ba [aeiou]|\\ban [^aeiou]");

  @Test
  void theVocabularyIsJustTheWordsOfTheCaptions() {
    SplittableRandom random = new SplittableRandom(41);
    Set<String> words = new TreeSet<>();
    for (Scene scene : new SceneGenerator(41, Split.TRAIN).take(20_000)) {
      for (String caption : CaptionWriter.captions(scene, 5, random)) {
        words.addAll(List.of(caption.split(" ")));
      }
    }
    assertEquals(CaptionWriter.vocabulary(), words);
    assertEquals(80, words.size());
  }

  @Test
  void captionsAreFewLowerCaseWordsWithTheRightArticles() {
    SplittableRandom random = new SplittableRandom(42);
    for (Scene scene : new SceneGenerator(42, Split.TRAIN).take(20_000)) {
      for (String caption : CaptionWriter.captions(scene, 5, random)) {
        assertTrue(WORDS.matcher(caption).matches(), caption);
        assertTrue(caption.split(" ").length <= CaptionWriter.MAX_WORDS, caption);
        assertFalse(WRONG_ARTICLE.matcher(caption).find(), caption);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, CaptionWriter.MAX_CAPTIONS})
  void captionsOfASceneDiffer(int count) {
    SplittableRandom random = new SplittableRandom(43);
    for (Scene scene : new SceneGenerator(43, Split.TRAIN).take(2_000)) {
      List<String> captions = CaptionWriter.captions(scene, count, random);
      assertEquals(count, captions.size());
      assertEquals(count, new HashSet<>(captions).size());
    }
  }

  @Test
  void equalStatesOfChanceGiveEqualCaptions() {
    for (Scene scene : new SceneGenerator(44, Split.TRAIN).take(200)) {
      assertEquals(
          CaptionWriter.captions(scene, 5, new SplittableRandom(1)),
          CaptionWriter.captions(scene, 5, new SplittableRandom(1)));
    }
  }

  /** About 68 000 mentions and 25 000 captions; tolerances of five standard deviations. */
  @Test
  void sizesAndRelationsAreToldAsOftenAsDocumented() {
    SplittableRandom random = new SplittableRandom(45);
    long mentions = 0;
    long sized = 0;
    long related = 0;
    long unrelated = 0;
    for (Scene scene : new SceneGenerator(45, Split.TRAIN).take(50_000)) {
      CaptionStatement statement =
          CaptionParser.parse(CaptionWriter.captions(scene, 1, random).get(0));
      mentions += statement.phrases().size();
      sized += statement.phrases().stream().filter(phrase -> phrase.size() != null).count();
      related += scene.layout() == Layout.RELATION ? 1 : 0;
      unrelated += scene.layout() == Layout.RELATION && statement.claims().isEmpty() ? 1 : 0;
    }
    assertEquals(0.35, sized / (double) mentions, 0.0095);
    assertEquals(0.1, unrelated / (double) related, 0.0095);
  }

  @Test
  void everyMentionTellsShapeAndColour() {
    SplittableRandom random = new SplittableRandom(46);
    for (Scene scene : new SceneGenerator(46, Split.TRAIN).take(5_000)) {
      for (String caption : CaptionWriter.captions(scene, 5, random)) {
        for (Phrase phrase : CaptionParser.parse(caption).phrases()) {
          assertTrue(phrase.shape() != null && phrase.colour() != null, caption);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, CaptionWriter.MAX_CAPTIONS + 1})
  void refusesACountOutOfRange(int count) {
    Scene scene = new SceneGenerator(47, Split.TRAIN).next();
    SplittableRandom random = new SplittableRandom(47);
    assertThrows(
        IllegalArgumentException.class, () -> CaptionWriter.captions(scene, count, random));
  }

  @Test
  void theVocabularyCannotBeChanged() {
    assertThrows(
        UnsupportedOperationException.class, () -> CaptionWriter.vocabulary().add("pentagon"));
  }
}
