package io.github.close4j.image;

import io.github.close4j.internal.io.Interruption;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.function.IntUnaryOperator;

/**
 * A picture read row by row as 8-bit RGB, with the values of Pillow's {@code convert("RGB")}.
 *
 * <p>{@link BufferedImage#getRGB} is not used where samples can be taken as they lie: it passes
 * grey and profiled pictures through a colour management that Pillow does not have.
 */
@FunctionalInterface
interface RgbRows {

  /**
   * Reads a part of a row.
   *
   * @param x first column
   * @param y row
   * @param width number of columns
   * @param rgb receives {@code width} pixels of red, green and blue from index 0
   */
  void read(int x, int y, int width, byte[] rgb);

  /** Hands over whole rows, as far as they are of use. */
  default void copyTo(RowSink sink, int width, int height) {
    byte[] rgb = new byte[3 * width];
    for (int y = 0; y < height; y++) {
      if (sink.needs(y)) {
        Interruption.requireNone();
        read(0, y, width, rgb);
        sink.accept(y, rgb);
      }
    }
  }

  /** The rows of a picture of any type. Alpha is dropped, not blended. */
  static RgbRows of(BufferedImage image) {
    ColorModel model = image.getColorModel();
    Raster raster = image.getRaster();
    if (model instanceof IndexColorModel palette) {
      return ofPalette(raster, palette);
    }
    if (!hasPlainSamples(model)) {
      return ofConverted(image);
    }
    if (model.getNumColorComponents() == 1) {
      return ofGrey(raster, model);
    }
    boolean bytes = raster.getTransferType() == DataBuffer.TYPE_BYTE && raster.getNumBands() == 3;
    return bytes && model.getComponentSize(0) == 8 ? ofBytes(raster) : ofColour(raster, model);
  }

  private static boolean hasPlainSamples(ColorModel model) {
    int space = model.getColorSpace().getType();
    boolean integers =
        model instanceof DirectColorModel
            || (model instanceof ComponentColorModel
                && (model.getTransferType() == DataBuffer.TYPE_BYTE
                    || model.getTransferType() == DataBuffer.TYPE_USHORT));
    return integers
        && !(model.hasAlpha() && model.isAlphaPremultiplied())
        && (space == ColorSpace.TYPE_RGB || space == ColorSpace.TYPE_GRAY);
  }

  private static RgbRows ofBytes(Raster raster) {
    return (x, y, width, rgb) -> raster.getDataElements(x, y, width, 1, rgb);
  }

  private static RgbRows ofPalette(Raster raster, IndexColorModel palette) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    return (x, y, width, rgb) -> {
      int[] indices = raster.getSamples(x, y, width, 1, 0, (int[]) null);
      for (int i = 0; i < width; i++) {
        // An index past the palette's end is black, as in Pillow.
        put(rgb, i, indices[i] < colours.length ? colours[indices[i]] : 0);
      }
    };
  }

  /** The rows of a 16-bit grey picture, which Pillow clips at 255 where there is no alpha. */
  static RgbRows ofClippedGrey(Raster raster) {
    return ofGrey(raster, sample -> Math.max(0, Math.min(sample, 255)));
  }

  /** The rows of four inks of 8 or 16 bits, of which the high byte counts. */
  static RgbRows ofInks(Raster raster, int bits) {
    return (x, y, width, rgb) -> {
      int[] samples = raster.getPixels(x, y, width, 1, (int[]) null);
      byte[] inks = new byte[samples.length];
      for (int i = 0; i < inks.length; i++) {
        inks[i] = (byte) (samples[i] >> (bits - Byte.SIZE));
      }
      for (int i = 0; i < width; i++) {
        JpegColours.inks(inks, 4 * i, rgb, 3 * i);
      }
    };
  }

  /** The rows of 8-bit colours that were multiplied by their alpha, which Pillow divides out. */
  static RgbRows ofPremultiplied(Raster raster) {
    return (x, y, width, rgb) -> {
      int[] samples = raster.getPixels(x, y, width, 1, (int[]) null);
      for (int i = 0; i < width; i++) {
        int alpha = samples[4 * i + 3];
        for (int c = 0; c < 3; c++) {
          int value = samples[4 * i + c];
          rgb[3 * i + c] = (byte) (alpha == 0 ? 0 : Math.min(255, value * 255 / alpha));
        }
      }
    };
  }

  private static RgbRows ofGrey(Raster raster, ColorModel model) {
    int bits = model.getComponentSize(0);
    return bits == Short.SIZE && !model.hasAlpha()
        ? ofClippedGrey(raster)
        : ofGrey(raster, sample -> toEightBits(sample, bits));
  }

  /** The rows of grey whose samples are brought to 8 bits by a function. */
  static RgbRows ofGrey(Raster raster, IntUnaryOperator toEightBits) {
    return (x, y, width, rgb) -> {
      int[] samples = raster.getSamples(x, y, width, 1, 0, (int[]) null);
      for (int i = 0; i < width; i++) {
        byte grey = (byte) toEightBits.applyAsInt(samples[i]);
        rgb[3 * i] = grey;
        rgb[3 * i + 1] = grey;
        rgb[3 * i + 2] = grey;
      }
    };
  }

  private static RgbRows ofColour(Raster raster, ColorModel model) {
    int bands = raster.getNumBands();
    int[] bits = model.getComponentSize();
    return (x, y, width, rgb) -> {
      int[] samples = raster.getPixels(x, y, width, 1, (int[]) null);
      for (int i = 0; i < width; i++) {
        for (int c = 0; c < 3; c++) {
          rgb[3 * i + c] = (byte) toEightBits(samples[bands * i + c], bits[c]);
        }
      }
    };
  }

  private static RgbRows ofConverted(BufferedImage image) {
    return (x, y, width, rgb) -> {
      int[] colours = image.getRGB(x, y, width, 1, null, 0, width);
      for (int i = 0; i < width; i++) {
        put(rgb, i, colours[i]);
      }
    };
  }

  private static int toEightBits(int sample, int bits) {
    return bits >= 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
  }

  private static void put(byte[] rgb, int pixel, int colour) {
    rgb[3 * pixel] = (byte) (colour >> 16);
    rgb[3 * pixel + 1] = (byte) (colour >> 8);
    rgb[3 * pixel + 2] = (byte) colour;
  }
}
