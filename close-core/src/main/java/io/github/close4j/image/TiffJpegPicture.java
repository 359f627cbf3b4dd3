package io.github.close4j.image;

import io.github.close4j.image.JpegHeader.Colour;
import java.io.IOException;

/**
 * A TIFF whose strips or tiles are JPEGs: of one picture, with tables that they share. What their
 * components mean is said by the TIFF, not by them.
 */
final class TiffJpegPicture implements StoredPicture {
  private final byte[] encoded;
  private final TiffPicture.Tags tags;
  private final double[] starts;
  private final double[] lengths;
  private final int tileWidth;
  private final int tileHeight;

  TiffJpegPicture(byte[] encoded, TiffPicture.Tags tags) throws IOException {
    this.encoded = encoded;
    this.tags = tags;
    TiffDirectory directory = tags.directory();
    boolean tiled = directory.has(324);
    starts = directory.numbers(tiled ? 324 : 273);
    lengths = directory.numbers(tiled ? 325 : 279);
    tileWidth = tiled ? (int) directory.number(322, 0) : tags.width();
    double rows = tiled ? directory.number(323, 0) : directory.number(278, tags.height());
    tileHeight = (int) (tiled ? rows : Math.min(rows, tags.height()));
    if (tileWidth < 1 || tileHeight < 1 || tileWidth > 1 << 16 || tileHeight > 1 << 16) {
      throw new IOException(
          "expected tiles of 1 to 65536 pixels, found %d x %d".formatted(tileWidth, tileHeight));
    }
    int expected = across() * ((tags.height() + tileHeight - 1) / tileHeight);
    if (starts.length < expected) {
      throw new IOException(
          "expected %d strips or tiles, found %d".formatted(expected, starts.length));
    }
  }

  static boolean reads(TiffPicture.Tags tags) {
    boolean bytes = tags.bits() == 8 && !tags.planar() && tags.sampleFormat() == 1;
    boolean plain = tags.extra() == TiffPicture.Tags.NO_EXTRA;
    return bytes
        && plain
        && switch (tags.photometric()) {
          case TiffPicture.Tags.BLACK_IS_ZERO -> tags.samples() == 1;
          case TiffPicture.Tags.RGB, TiffPicture.Tags.YCBCR -> tags.samples() == 3;
          case TiffPicture.Tags.INKS -> tags.samples() == 4;
          default -> false;
        };
  }

  private Colour colour() {
    return switch (tags.photometric()) {
      case TiffPicture.Tags.RGB -> Colour.RGB;
      case TiffPicture.Tags.YCBCR -> Colour.YCBCR;
      case TiffPicture.Tags.INKS -> Colour.INKS;
      default -> Colour.GREY;
    };
  }

  private int across() {
    return (tags.width() + tileWidth - 1) / tileWidth;
  }

  @Override
  public int width() {
    return tags.width();
  }

  @Override
  public int height() {
    return tags.height();
  }

  @Override
  public ImageOrientation orientation() {
    return ImageOrientation.of(tags.directory());
  }

  @Override
  public long bytesToRead() {
    // A line of tiles, and what decoding one of them may take.
    return 3L * tileHeight * width() + 8L * tileWidth * tileHeight;
  }

  @Override
  public void read(RowSink rows) throws IOException {
    byte[][] line = new byte[tileHeight][3 * width()];
    for (int top = 0, tile = 0; top < height(); top += tileHeight) {
      int count = Math.min(tileHeight, height() - top);
      for (int left = 0; left < width(); left += tileWidth) {
        readTile(tile++, left, count, line);
      }
      for (int y = 0; y < count; y++) {
        rows.accept(top + y, line[y]);
      }
    }
  }

  private void readTile(int tile, int left, int rows, byte[][] line) throws IOException {
    byte[] jpeg = jpeg((int) starts[tile], (int) lengths[tile]);
    JpegHeader header = JpegHeader.read(jpeg, colour());
    int kept = Math.min(tileWidth, width() - left);
    boolean fits = header.width() == tileWidth && header.height() >= rows;
    if (!fits || header.height() > tileHeight || header.components() != tags.samples()) {
      throw new IOException(
          "expected tiles of %d x %d pixels, found one of %d x %d"
              .formatted(tileWidth, tileHeight, header.width(), header.height()));
    }
    new JpegPicture(jpeg, header)
        .read(
            (y, rgb) -> {
              if (y < rows) {
                System.arraycopy(rgb, 0, line[y], 3 * left, 3 * kept);
              }
            });
  }

  /** The tables without their end, then the tile without its start. */
  private byte[] jpeg(int start, int length) {
    byte[] tables = tags.directory().bytes(347);
    int shared = tables == null || tables.length < 4 ? 0 : tables.length - 2;
    int skipped = shared == 0 ? 0 : Math.min(2, length);
    byte[] jpeg = new byte[shared + length - skipped];
    if (tables != null) {
      System.arraycopy(tables, 0, jpeg, 0, shared);
    }
    System.arraycopy(encoded, start + skipped, jpeg, shared, length - skipped);
    return jpeg;
  }
}
