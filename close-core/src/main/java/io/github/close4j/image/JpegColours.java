package io.github.close4j.image;

/**
 * A JPEG's components to RGB with libjpeg's and Pillow's integer arithmetic.
 *
 * <p>The reader hands over components as they are stored, because its own conversion applies
 * embedded colour profiles, which Pillow ignores.
 */
final class JpegColours {
  private static final int FRACTION_BITS = 16;
  private static final int HALF = 1 << (FRACTION_BITS - 1);
  private static final int CENTER = 128;
  private static final int RED_FROM_CR = fixed(1.40200);
  private static final int BLUE_FROM_CB = fixed(1.77200);
  private static final int GREEN_FROM_CR = fixed(0.71414);
  private static final int GREEN_FROM_CB = fixed(0.34414);

  private JpegColours() {}

  /** Converts a row of stored components. */
  static void convert(byte[] line, JpegHeader.Colour colour, byte[] rgb) {
    int components = line.length / (rgb.length / 3);
    for (int i = 0, o = 0; o < rgb.length; i += components, o += 3) {
      convert(line, i, colour, rgb, o);
    }
  }

  private static void convert(byte[] in, int i, JpegHeader.Colour colour, byte[] rgb, int o) {
    switch (colour) {
      case GREY -> {
        rgb[o] = in[i];
        rgb[o + 1] = in[i];
        rgb[o + 2] = in[i];
      }
      case RGB -> System.arraycopy(in, i, rgb, o, 3);
      case YCBCR -> fromYcbcr(in, i, rgb, o);
      case CMYK -> scaleByBlack(in, i, in[i + 3], rgb, o);
      case INKS -> inks(in, i, rgb, o);
      case YCCK -> {
        fromYcbcr(in, i, rgb, o);
        // The stored colour is the inverse of cyan, magenta and yellow; black is as it is.
        for (int c = 0; c < 3; c++) {
          rgb[o + c] = (byte) ~rgb[o + c];
        }
        scaleByBlack(rgb, o, in[i + 3], rgb, o);
      }
    }
  }

  private static void fromYcbcr(byte[] in, int i, byte[] rgb, int o) {
    int luma = in[i] & 0xff;
    int cb = (in[i + 1] & 0xff) - CENTER;
    int cr = (in[i + 2] & 0xff) - CENTER;
    rgb[o] = clip(luma + ((RED_FROM_CR * cr + HALF) >> FRACTION_BITS));
    rgb[o + 1] = clip(luma + ((-GREEN_FROM_CB * cb - GREEN_FROM_CR * cr + HALF) >> FRACTION_BITS));
    rgb[o + 2] = clip(luma + ((BLUE_FROM_CB * cb + HALF) >> FRACTION_BITS));
  }

  /**
   * Pillow's CMYK to RGB, after taking every CMYK JPEG for one that stores 255 minus the ink, as
   * Adobe's do: {@code black - (255 - c) · black / 255} with {@code black} and {@code c} as stored.
   */
  private static void scaleByBlack(byte[] inks, int i, byte storedBlack, byte[] rgb, int o) {
    int black = storedBlack & 0xff;
    for (int c = 0; c < 3; c++) {
      int product = (255 - (inks[i + c] & 0xff)) * black + CENTER;
      rgb[o + c] = clip(black - (((product >> 8) + product) >> 8));
    }
  }

  /** Pillow's CMYK to RGB of inks as they are. */
  static void inks(byte[] inks, int i, byte[] rgb, int o) {
    for (int c = 0; c < 3; c++) {
      rgb[o + c] = (byte) ~inks[i + c];
    }
    scaleByBlack(rgb, o, (byte) ~inks[i + 3], rgb, o);
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << FRACTION_BITS) + 0.5);
  }
}
