package io.github.close4j.image;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import javax.imageio.ImageReader;

/** A PNG, decoded by the JDK. */
final class PngPicture extends RasterPicture {
  private static final int HEADER_END = 29;
  private static final int BIT_DEPTH = 24;
  private static final int COLOUR_TYPE = 25;
  private static final int GREY = 0;
  private static final int COLOUR = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;

  private final byte[] encoded;

  private PngPicture(byte[] encoded, int width, int height, long rasterBytes, boolean plain) {
    super(width, height, PngMetadata.orientation(encoded), rasterBytes, plain);
    this.encoded = encoded;
  }

  static PngPicture open(byte[] encoded) throws IOException {
    if (encoded.length < HEADER_END) {
      throw new EOFException("no header");
    }
    int width = Bytes.bigEndian32(encoded, 16);
    int height = Bytes.bigEndian32(encoded, 20);
    int bits = encoded[BIT_DEPTH];
    // A transparent level makes the reader add alpha.
    int samples =
        switch (encoded[COLOUR_TYPE]) {
          case GREY, GREY_ALPHA -> 2;
          case PALETTE -> 1;
          default -> 4;
        };
    boolean plain = encoded[COLOUR_TYPE] == COLOUR && bits == Byte.SIZE;
    long rowBytes = ((long) width * (plain ? 3 : samples) * bits + 7) / 8;
    return new PngPicture(encoded, width, height, rowBytes * height, plain);
  }

  @Override
  BufferedImage readStored() throws IOException {
    ImageReader reader = ImageFormat.jdkReader("png", encoded);
    try {
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }

  @Override
  RgbRows rows(BufferedImage stored) {
    // Alpha for a transparent level must not change how grey is read.
    boolean deepGrey = encoded[BIT_DEPTH] == Short.SIZE && encoded[COLOUR_TYPE] == GREY;
    return deepGrey ? RgbRows.ofClippedGrey(stored.getRaster()) : super.rows(stored);
  }
}
