package io.github.close4j.examples.clip;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/**
 * Draws a picture as it could have been taken as well: another part of it, stretched a little,
 * mirrored, lighter or darker, of more or less contrast and colour. The parts are those of
 * torchvision's {@code RandomResizedCrop}.
 */
final class PictureAugmentation {
  private static final double SMALLEST_AREA = 0.4;
  private static final double WIDEST = 4.0 / 3;
  private static final double COLOUR_RANGE = 0.3;
  private static final int TRIES = 10;
  private static final int CHANNELS = 3;
  private static final int LARGEST = 255;

  /** Shares of red, green and blue in brightness (ITU-R BT.601). */
  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  private final int edge;
  private final float mean;
  private final float stdDev;

  /**
   * Augmentation into squares.
   *
   * @param edge edge of the result, in pixels
   * @param mean what is subtracted from a value of 0 to 255
   * @param stdDev what the difference is divided by
   */
  PictureAugmentation(int edge, float mean, float stdDev) {
    this.edge = edge;
    this.mean = mean;
    this.stdDev = stdDev;
  }

  /** Edge of the result, in pixels. */
  int edge() {
    return edge;
  }

  /** Numbers of one result. */
  int length() {
    return CHANNELS * edge * edge;
  }

  /** A part of a picture, in pixels. */
  private record Part(int x, int y, int width, int height) {}

  /** Draws one into {@code [3,edge,edge]} of {@code out}, from {@code offset} on. */
  void draw(BufferedImage picture, RandomGenerator random, float[] out, int offset) {
    Part part = part(picture.getWidth(), picture.getHeight(), random);
    int[] pixels = scaled(picture, part, random.nextBoolean());
    int plane = edge * edge;
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < CHANNELS; c++) {
        out[offset + c * plane + i] = pixels[i] >> (8 * (CHANNELS - 1 - c)) & LARGEST;
      }
    }
    changeColours(out, offset, random);
    for (int i = offset; i < offset + CHANNELS * plane; i++) {
      out[i] = (out[i] - mean) / stdDev;
    }
  }

  private static Part part(int width, int height, RandomGenerator random) {
    for (int i = 0; i < TRIES; i++) {
      double area = width * height * random.nextDouble(SMALLEST_AREA, 1);
      double aspect = Math.exp(random.nextDouble(-Math.log(WIDEST), Math.log(WIDEST)));
      int w = (int) Math.round(Math.sqrt(area * aspect));
      int h = (int) Math.round(Math.sqrt(area / aspect));
      if (w >= 1 && h >= 1 && w <= width && h <= height) {
        return new Part(random.nextInt(width - w + 1), random.nextInt(height - h + 1), w, h);
      }
    }
    return new Part(0, 0, width, height);
  }

  private int[] scaled(BufferedImage picture, Part part, boolean isMirrored) {
    BufferedImage square = new BufferedImage(edge, edge, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = square.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    int left = isMirrored ? edge : 0;
    graphics.drawImage(
        picture,
        left,
        0,
        edge - left,
        edge,
        part.x,
        part.y,
        part.x + part.width,
        part.y + part.height,
        null);
    graphics.dispose();
    return square.getRGB(0, 0, edge, edge, null, 0, edge);
  }

  /** Brightness, contrast and saturation, each by a factor of its own, cut off at 0 and 255. */
  private void changeColours(float[] out, int offset, RandomGenerator random) {
    int plane = edge * edge;
    float brightness = factor(random);
    float contrast = factor(random);
    float saturation = factor(random);
    double sum = 0;
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < CHANNELS; c++) {
        sum += LUMA[c] * out[offset + c * plane + i];
      }
    }
    float middle = brightness * (float) (sum / plane);
    for (int i = 0; i < plane; i++) {
      float grey = 0;
      for (int c = 0; c < CHANNELS; c++) {
        int at = offset + c * plane + i;
        out[at] = clamp(middle + contrast * (brightness * out[at] - middle));
        grey += LUMA[c] * out[at];
      }
      for (int c = 0; c < CHANNELS; c++) {
        int at = offset + c * plane + i;
        out[at] = clamp(grey + saturation * (out[at] - grey));
      }
    }
  }

  private static float factor(RandomGenerator random) {
    return (float) random.nextDouble(1 - COLOUR_RANGE, 1 + COLOUR_RANGE);
  }

  private static float clamp(float value) {
    return Math.max(0, Math.min(LARGEST, value));
  }
}
