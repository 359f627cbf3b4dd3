package io.github.close4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/** Rows of a stored picture as an upright {@link BufferedImage#TYPE_3BYTE_BGR}. */
final class UprightImage implements RowSink {
  private final BufferedImage image;
  private final byte[] bgr;
  private final int origin;
  private final int pixelStep;
  private final int rowStep;

  /**
   * An image without rows as yet.
   *
   * @param width width of the stored picture
   * @param height height of the stored picture
   */
  UprightImage(int width, int height, ImageOrientation orientation) {
    int newWidth = orientation.uprightWidth(width, height);
    int newHeight = orientation.uprightHeight(width, height);
    int columnStep = orientation.mirrorsColumns() ? -1 : 1;
    int lineStep = orientation.mirrorsRows() ? -newWidth : newWidth;
    origin =
        (orientation.mirrorsColumns() ? newWidth - 1 : 0)
            + (orientation.mirrorsRows() ? (newHeight - 1) * newWidth : 0);
    pixelStep = orientation.swapsAxes() ? lineStep : columnStep;
    rowStep = orientation.swapsAxes() ? columnStep : lineStep;
    image = new BufferedImage(newWidth, newHeight, BufferedImage.TYPE_3BYTE_BGR);
    bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
  }

  @Override
  public void accept(int y, byte[] rgb) {
    int pixel = origin + y * rowStep;
    for (int i = 0; i < rgb.length; i += 3, pixel += pixelStep) {
      bgr[3 * pixel] = rgb[i + 2];
      bgr[3 * pixel + 1] = rgb[i + 1];
      bgr[3 * pixel + 2] = rgb[i];
    }
  }

  BufferedImage image() {
    return image;
  }
}
