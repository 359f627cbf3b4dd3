package io.github.close4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/**
 * Turns a picture upright by its EXIF orientation, as Pillow's {@code ImageOps.exif_transpose}.
 *
 * <p>Orientations 5 to 8 swap columns and rows; afterwards some mirror the columns, some the rows.
 */
final class ImageOrientation {
  static final int UPRIGHT = 1;
  private static final int LAST = 8;

  private ImageOrientation() {}

  /** The orientation itself where EXIF defines it, else {@link #UPRIGHT}. */
  static int orUpright(int orientation) {
    return orientation >= UPRIGHT && orientation <= LAST ? orientation : UPRIGHT;
  }

  /** Copies the rows of a picture into an upright {@link BufferedImage#TYPE_3BYTE_BGR}. */
  static BufferedImage upright(RgbRows rows, int width, int height, int orientation) {
    boolean swaps = orientation >= 5;
    boolean mirrorsColumns =
        orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    boolean mirrorsRows = orientation == 3 || orientation == 4 || orientation >= 7;
    int newWidth = swaps ? height : width;
    int newHeight = swaps ? width : height;
    int columnStep = mirrorsColumns ? -1 : 1;
    int rowStep = mirrorsRows ? -newWidth : newWidth;
    int origin = (mirrorsColumns ? newWidth - 1 : 0) + (mirrorsRows ? newHeight - 1 : 0) * newWidth;

    BufferedImage image = new BufferedImage(newWidth, newHeight, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] rgb = new byte[3 * width];
    for (int y = 0; y < height; y++) {
      rows.read(0, y, width, rgb);
      int start = origin + y * (swaps ? columnStep : rowStep);
      writeLine(rgb, bgr, start, swaps ? rowStep : columnStep);
    }
    return image;
  }

  private static void writeLine(byte[] rgb, byte[] bgr, int start, int step) {
    for (int i = 0, pixel = start; i < rgb.length; i += 3, pixel += step) {
      bgr[3 * pixel] = rgb[i + 2];
      bgr[3 * pixel + 1] = rgb[i + 1];
      bgr[3 * pixel + 2] = rgb[i];
    }
  }
}
