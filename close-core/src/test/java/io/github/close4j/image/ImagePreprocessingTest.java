package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePreprocessingTest {
  @ParameterizedTest
  @ValueSource(ints = {0, -1, ImagePreprocessing.MAX_IMAGE_SIZE + 1, Integer.MAX_VALUE})
  void edgesOutOfRange(int imageSize) {
    assertMessage("imageSize", () -> ImagePreprocessing.clipDefaults(imageSize));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -0.1f, Float.NaN, Float.POSITIVE_INFINITY})
  void badDeviations(float std) {
    assertMessage("stdRed", () -> new ImagePreprocessing(1, 0, 0, 0, std, 1, 1));
    assertMessage("stdGreen", () -> new ImagePreprocessing(1, 0, 0, 0, 1, std, 1));
    assertMessage("stdBlue", () -> new ImagePreprocessing(1, 0, 0, 0, 1, 1, std));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
  void badMeans(float mean) {
    assertMessage("meanRed", () -> new ImagePreprocessing(1, mean, 0, 0, 1, 1, 1));
    assertMessage("meanGreen", () -> new ImagePreprocessing(1, 0, mean, 0, 1, 1, 1));
    assertMessage("meanBlue", () -> new ImagePreprocessing(1, 0, 0, mean, 1, 1, 1));
  }

  @Test
  void defaultsAreThoseOfOpenAiClip() {
    ImagePreprocessing defaults = ImagePreprocessing.clipDefaults(336);
    assertEquals(336, defaults.imageSize());
    assertEquals(0.48145466f, defaults.meanRed());
    assertEquals(0.4578275f, defaults.meanGreen());
    assertEquals(0.40821073f, defaults.meanBlue());
    assertEquals(0.26862954f, defaults.stdRed());
    assertEquals(0.26130258f, defaults.stdGreen());
    assertEquals(0.27577711f, defaults.stdBlue());
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
