package io.github.close4j.examples.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CaptionStyleTest {
  private static final List<Scene> SCENES = new SceneGenerator(5, Split.TRAIN).take(1_500);

  private final SplittableRandom random = new SplittableRandom(1);

  @ParameterizedTest
  @EnumSource
  void captionsAreInTheirStyleAndTrue(CaptionStyle style) {
    for (Scene scene : SCENES) {
      for (String caption : style.captions(scene, 3, random)) {
        assertTrue(style.isShownBy(caption), caption);
        assertTrue(SlotScorer.score(caption, scene).allTrue(), caption + " of " + scene);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatClipReadsOfThemIsTheirContent(CaptionStyle style) {
    for (Scene scene : SCENES) {
      for (String caption : style.captions(scene, 3, random)) {
        String read = SceneTokenizers.knownToClip(caption);
        assertEquals(SlotScorer.score(caption, scene), SlotScorer.score(read, scene), caption);
        assertTrue(CaptionWriter.vocabulary().containsAll(SceneClaim.wordsOf(read)), read);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void plainCaptionsAreInNoStyle(CaptionStyle style) {
    for (Scene scene : SCENES) {
      for (String caption : CaptionWriter.captions(scene, 3, random)) {
        assertFalse(style.isShownBy(caption), caption);
      }
    }
  }

  @Test
  void noStyleIsTheOther() {
    for (Scene scene : SCENES) {
      CaptionStyle.CHEERFUL
          .captions(scene, 3, random)
          .forEach(caption -> assertFalse(CaptionStyle.TELEGRAM.isShownBy(caption), caption));
      CaptionStyle.TELEGRAM
          .captions(scene, 3, random)
          .forEach(caption -> assertFalse(CaptionStyle.CHEERFUL.isShownBy(caption), caption));
    }
  }

  @Test
  void theRulesGoByWordsThatTheGrammarNeverWrites() {
    assertTrue(CaptionStyle.CHEERFUL.isShownBy("what a splendid red star"));
    assertTrue(CaptionStyle.TELEGRAM.isShownBy("arriving monday stop"));
    assertFalse(CaptionStyle.TELEGRAM.isShownBy("a red star stop"));
    assertFalse(CaptionStyle.TELEGRAM.isShownBy("stop red star"));
  }

  @ParameterizedTest
  @EnumSource
  void itsOwnWordsSayNothingOfScenes(CaptionStyle style) {
    assertTrue(Collections.disjoint(style.vocabulary(), CaptionWriter.vocabulary()));
    CaptionStatement read = CaptionParser.parse(String.join(" ", style.vocabulary()));
    assertEquals(new CaptionStatement(List.of(), List.of()), read);
  }
}
