package io.github.close4j.image;

import java.awt.image.BufferedImage;
import java.io.IOException;

/**
 * An encoded picture whose header has been read: what it is is known, nothing of its size has been
 * allocated.
 */
interface StoredPicture {

  /** Width as stored, before turning. */
  int width();

  /** Height as stored, before turning. */
  int height();

  ImageOrientation orientation();

  /** About how much memory {@link #read} takes, in bytes, on the heap and beside it. */
  long bytesToRead();

  /**
   * Decodes the picture and hands over its rows as 8-bit RGB.
   *
   * @throws IOException if it is damaged
   */
  void read(RowSink rows) throws IOException;

  /** About how much memory {@link #image} takes, in bytes, with its result. */
  default long bytesOfImage() {
    return bytesToRead() + 3L * width() * height();
  }

  /** Decodes the picture to an upright {@link BufferedImage#TYPE_3BYTE_BGR}. */
  default BufferedImage image() throws IOException {
    UprightImage image = new UprightImage(width(), height(), orientation());
    read(image);
    return image.image();
  }
}
