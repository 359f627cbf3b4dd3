package io.github.close4j.examples.confidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** When a caption counts as right. */
final class PeoplesWordsTest {
  private final PeoplesWords people =
      new PeoplesWords(
          List.of(
              List.of("A brown dog runs.", "the dog is in the snow"),
              List.of("a man on a bicycle"),
              List.of("A Man walks a dog"),
              List.of("un garçon à l'école, là-bas: a b c")));

  @Test
  void wordsCountTheMoreTheFewerPicturesHaveThem() {
    assertEquals(1, people.share(0, "a dog in the snow"), 1e-12);
    // Of four pictures two have a dog and one has snow; all have "a".
    assertEquals(
        Math.log(2) / (Math.log(2) + 2 * Math.log(4)), people.share(2, "a dog in snow"), 1e-12);
    // What nobody said of any picture is as rare as what was said of one.
    assertEquals(
        Math.log(2) / (Math.log(2) + Math.log(4)), people.share(2, "a zebra, a dog"), 1e-12);
  }

  @Test
  void halfIsEnough() {
    assertTrue(people.agree(0, "a brown cat"));
    assertTrue(people.agree(0, "BROWN zebra!"));
    assertFalse(people.agree(0, "a brown cat on a mat"));
    assertFalse(people.agree(1, "a brown dog"));
  }

  /** Of all languages, with any signs between words. */
  @Test
  void wordsAreLettersDigitsAndApostrophes() {
    assertEquals(1, people.share(3, "l'école -- GARÇON; à..."), 1e-12);
    assertEquals(0, people.share(3, "ecole"), 1e-12);
  }

  @Test
  void whatSaysNothingIsNotRight() {
    for (String nothing : List.of("", "   ", "...", "a", "a a A")) {
      assertEquals(0, people.share(0, nothing), nothing);
      assertFalse(people.agree(0, nothing), nothing);
    }
  }
}
