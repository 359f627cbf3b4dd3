package io.github.close4j.examples.scenes;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Fills a picture with a muted background: plain, graded, striped or noisy. */
final class Background {
  private static final int SIZE = SceneRenderer.PICTURE_SIZE;
  private static final int GRAIN = 22;

  private enum Kind {
    PLAIN,
    GRADED,
    STRIPED,
    NOISY
  }

  private Background() {}

  static void fill(int[] pixels, SplittableRandom random) {
    int first = mutedColour(random);
    int second = mutedColour(random);
    switch (Chance.pick(Kind.values(), random)) {
      case PLAIN -> Arrays.fill(pixels, first);
      case GRADED -> grade(pixels, first, second, random);
      case STRIPED -> stripe(pixels, first, Pixels.mixed(first, second, 0.5), random);
      case NOISY -> {
        Arrays.fill(pixels, first);
        Pixels.addNoise(pixels, GRAIN, random);
      }
    }
  }

  /** Draws a grey of middle brightness with a slight tint, which no object's colour resembles. */
  private static int mutedColour(SplittableRandom random) {
    double grey = Chance.around(140, 38, random);
    double tint = 18;
    return Pixels.rgb(
        (int) Chance.around(grey, tint, random),
        (int) Chance.around(grey, tint, random),
        (int) Chance.around(grey, tint, random));
  }

  private static void grade(int[] pixels, int first, int second, SplittableRandom random) {
    double slopeX = random.nextDouble();
    double slopeY = 1 - slopeX;
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        double share = (slopeX * x + slopeY * y) / (SIZE - 1);
        pixels[y * SIZE + x] = Pixels.mixed(first, second, share);
      }
    }
  }

  private static void stripe(int[] pixels, int first, int second, SplittableRandom random) {
    int width = 3 + random.nextInt(6);
    int offset = random.nextInt(2 * width);
    boolean upright = random.nextBoolean();
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int along = (upright ? x : y) + offset;
        pixels[y * SIZE + x] = along / width % 2 == 0 ? first : second;
      }
    }
  }
}
