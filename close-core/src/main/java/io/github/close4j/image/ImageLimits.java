package io.github.close4j.image;

import com.google.errorprone.annotations.CheckReturnValue;

/**
 * How large a picture may be. Pixels are compared with what the header declares, before any is
 * decoded; bytes while a file or stream is read, which is not read to its end if it is longer.
 *
 * <p>The defaults suit a server that strangers send pictures to: 120 million pixels hold the
 * largest of common cameras (108 megapixels) and take a core some seconds at most, and 128 MiB hold
 * their JPEGs. An archive of scans may want more, a service for avatars less.
 *
 * @param maxPixels most pixels, width times height: 1 to {@value #MOST_PIXELS}
 * @param maxEncodedBytes most bytes of the encoded picture, at least 1
 */
@CheckReturnValue
public record ImageLimits(long maxPixels, long maxEncodedBytes) {
  /** Most pixels that can be allowed, as many as three bytes each can be held for in one array. */
  public static final long MOST_PIXELS = 715_000_000L;

  private static final ImageLimits DEFAULTS = new ImageLimits(120_000_000L, 128L << 20);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public ImageLimits {
    if (maxPixels < 1 || maxPixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels: expected 1 to %d, found %d".formatted(MOST_PIXELS, maxPixels));
    }
    if (maxEncodedBytes < 1) {
      throw new IllegalArgumentException(
          "maxEncodedBytes: expected at least 1, found " + maxEncodedBytes);
    }
  }

  /** 120 million pixels and 128 MiB. */
  public static ImageLimits defaults() {
    return DEFAULTS;
  }

  /**
   * The same with another number of pixels.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public ImageLimits maxPixels(long pixels) {
    return new ImageLimits(pixels, maxEncodedBytes);
  }

  /**
   * The same with another number of bytes.
   *
   * @throws IllegalArgumentException if {@code bytes < 1}
   */
  public ImageLimits maxEncodedBytes(long bytes) {
    return new ImageLimits(maxPixels, bytes);
  }
}
