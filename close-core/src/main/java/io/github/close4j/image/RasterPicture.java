package io.github.close4j.image;

import java.awt.image.BufferedImage;
import java.io.IOException;

/** A picture that its reader hands over as a whole. */
abstract class RasterPicture implements StoredPicture {
  private final int width;
  private final int height;
  private final ImageOrientation orientation;
  private final long rasterBytes;
  private final boolean plain;

  /**
   * What the header says.
   *
   * @param rasterBytes memory of what the reader hands over
   * @param plain whether that is a {@link BufferedImage#TYPE_3BYTE_BGR}
   */
  RasterPicture(
      int width, int height, ImageOrientation orientation, long rasterBytes, boolean plain) {
    this.width = width;
    this.height = height;
    this.orientation = orientation;
    this.rasterBytes = rasterBytes;
    this.plain = plain;
  }

  /** Decodes the picture as it is stored. */
  abstract BufferedImage readStored() throws IOException;

  /** The rows of what {@link #readStored} gave. */
  RgbRows rows(BufferedImage stored) {
    return RgbRows.of(stored);
  }

  @Override
  public final int width() {
    return width;
  }

  @Override
  public final int height() {
    return height;
  }

  @Override
  public final ImageOrientation orientation() {
    return orientation;
  }

  @Override
  public final long bytesToRead() {
    return rasterBytes;
  }

  @Override
  public final long bytesOfImage() {
    return isImage() ? rasterBytes : StoredPicture.super.bytesOfImage();
  }

  private boolean isImage() {
    return plain && orientation.isUpright();
  }

  @Override
  public final void read(RowSink sink) throws IOException {
    rows(readStored()).copyTo(sink, width, height);
  }

  @Override
  public final BufferedImage image() throws IOException {
    BufferedImage stored = readStored();
    if (isImage() && stored.getType() == BufferedImage.TYPE_3BYTE_BGR) {
      return stored;
    }
    UprightImage image = new UprightImage(width, height, orientation);
    rows(stored).copyTo(image, width, height);
    return image.image();
  }
}
