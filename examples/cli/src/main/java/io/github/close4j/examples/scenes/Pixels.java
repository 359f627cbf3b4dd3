package io.github.close4j.examples.scenes;

import java.util.SplittableRandom;

/** Arithmetic on pixels of the form 0xRRGGBB. */
final class Pixels {
  private Pixels() {}

  /** Packs three channels, each cut to 0 … 255. */
  static int rgb(int red, int green, int blue) {
    return clamp(red) << 16 | clamp(green) << 8 | clamp(blue);
  }

  /** Mixes two colours: {@code (1 - share) · first + share · second}. */
  static int mixed(int first, int second, double share) {
    return rgb(
        mixedChannel(first >> 16, second >> 16, share),
        mixedChannel(first >> 8, second >> 8, share),
        mixedChannel(first, second, share));
  }

  /** Adds to each channel its own uniform whole number in {@code ± amplitude}. */
  static int jittered(int rgb, int amplitude, SplittableRandom random) {
    int range = 2 * amplitude + 1;
    return rgb(
        (rgb >> 16 & 0xff) + random.nextInt(range) - amplitude,
        (rgb >> 8 & 0xff) + random.nextInt(range) - amplitude,
        (rgb & 0xff) + random.nextInt(range) - amplitude);
  }

  static void addNoise(int[] pixels, int amplitude, SplittableRandom random) {
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = jittered(pixels[i], amplitude, random);
    }
  }

  private static int mixedChannel(int first, int second, double share) {
    return (int) Math.round((1 - share) * (first & 0xff) + share * (second & 0xff));
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
