package io.github.close4j.examples.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PictureAugmentationTest {
  private static final int EDGE = 8;
  private static final int LENGTH = 3 * EDGE * EDGE;

  private static BufferedImage halves(int width, int height, Color left, Color right) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(left);
    graphics.fillRect(0, 0, width / 2, height);
    graphics.setColor(right);
    graphics.fillRect(width / 2, 0, width - width / 2, height);
    graphics.dispose();
    return picture;
  }

  private static float[] drawn(BufferedImage picture, long seed) {
    float[] out = new float[LENGTH + 2];
    new PictureAugmentation(EDGE, 127, 128).draw(picture, new SplittableRandom(seed), out, 1);
    return out;
  }

  /** Whatever the size, down to one pixel; nothing is written beside the place. */
  @Property(tries = 200)
  void valuesAreThoseOfPixels(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll long seed) {
    float[] out = drawn(halves(width, height, Color.RED, Color.GRAY), seed);
    for (int i = 1; i <= LENGTH; i++) {
      assertTrue(out[i] >= -127 / 128f && out[i] <= 1, "at " + i + ": " + out[i]);
    }
    assertEquals(0, out[0]);
    assertEquals(0, out[LENGTH + 1]);
    assertArrayEquals(out, drawn(halves(width, height, Color.RED, Color.GRAY), seed));
  }

  /** Over many draws each half is left as often as right, and both are nearly always there. */
  @Test
  void mirrorsHalfOfThemAndCutsALittle() {
    BufferedImage picture = halves(200, 100, Color.RED, Color.BLUE);
    int mirrored = 0;
    int both = 0;
    int draws = 400;
    for (int seed = 0; seed < draws; seed++) {
      float[] out = drawn(picture, seed);
      int middle = 1 + EDGE * EDGE / 2;
      boolean redLeft = out[middle] > out[middle + 2 * EDGE * EDGE];
      boolean redRight =
          out[middle + EDGE - 1] > out[middle + 3 * EDGE * EDGE - EDGE * EDGE + EDGE - 1];
      if (redLeft != redRight) {
        both++;
        mirrored += redRight ? 1 : 0;
      }
    }
    assertTrue(both > draws / 2, both + " of " + draws);
    // 5 standard deviations of a fair coin: fails once in two million sets of seeds.
    assertEquals(both / 2.0, mirrored, 2.5 * Math.sqrt(both));
  }
}
