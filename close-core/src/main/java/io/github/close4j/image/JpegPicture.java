package io.github.close4j.image;

import io.github.close4j.internal.io.Interruption;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * A JPEG, whose rows go from the JDK's decoder straight to where they are needed.
 *
 * <p>The decoder is given the picture without the segments of applications, so that it neither
 * guesses colours by rules other than libjpeg's nor applies a profile: components arrive as they
 * are stored.
 */
final class JpegPicture implements StoredPicture {
  // The decoder hands four components over as a whole; more than this are read in strips.
  private static final int STRIP_BYTES = 64 << 20;
  // Rows of a stripe, tables and buffers of the decoder.
  private static final int ROWS_AT_ONCE = 64;

  private final byte[] encoded;
  private final JpegHeader header;

  JpegPicture(byte[] encoded, JpegHeader header) {
    this.encoded = encoded;
    this.header = header;
  }

  @Override
  public int width() {
    return header.width();
  }

  @Override
  public int height() {
    return header.height();
  }

  @Override
  public ImageOrientation orientation() {
    return header.orientation();
  }

  @Override
  public long bytesToRead() {
    long row = (long) header.components() * width();
    long rows = header.components() == 4 ? Math.min(row * height(), STRIP_BYTES) : 0;
    return rows + row * ROWS_AT_ONCE + header.coefficientBytes();
  }

  @Override
  public void read(RowSink rows) throws IOException {
    ImageReader reader =
        ImageFormat.jdkReader(
            "JPEG",
            new JoinedInputStream(header.head(), encoded, header.scanStart(), encoded.length));
    try {
      if (header.components() == 4) {
        readInStrips(reader, rows);
      } else {
        readAtOnce(reader, rows);
      }
    } finally {
      reader.dispose();
    }
  }

  private void readAtOnce(ImageReader reader, RowSink rows) throws IOException {
    RowRaster target = new RowRaster(header, rows);
    boolean grey = header.components() == 1;
    ColorSpace space = ColorSpace.getInstance(grey ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
    ColorModel model =
        new ComponentColorModel(space, false, false, ColorModel.OPAQUE, DataBuffer.TYPE_BYTE);
    ImageReadParam parameters = reader.getDefaultReadParam();
    parameters.setDestination(new BufferedImage(model, target, false, null));
    BufferedImage read = reader.read(0, parameters);
    if (read.getRaster() != target || !target.isComplete()) {
      throw new IOException("expected %d scans, found fewer".formatted(header.scans()));
    }
  }

  private void readInStrips(ImageReader reader, RowSink rows) throws IOException {
    int stripRows = Math.max(1, STRIP_BYTES / (header.components() * width()));
    byte[] line = new byte[header.components() * width()];
    byte[] rgb = new byte[3 * width()];
    for (int top = 0; top < height(); top += stripRows) {
      ImageReadParam parameters = reader.getDefaultReadParam();
      int count = Math.min(stripRows, height() - top);
      parameters.setSourceRegion(new Rectangle(0, top, width(), count));
      Raster strip = reader.readRaster(0, parameters);
      for (int y = 0; y < count; y++) {
        if (rows.needs(top + y)) {
          strip.getDataElements(0, y, width(), 1, line);
          JpegColours.convert(line, header.colour(), rgb);
          rows.accept(top + y, rgb);
        }
      }
    }
  }

  /**
   * What the decoder takes for the image: it sets one row after the other, and all of them once a
   * scan. Only those of the last scan are handed on.
   */
  private static final class RowRaster extends WritableRaster {
    private final JpegHeader header;
    private final RowSink rows;
    private final byte[] line;
    private final byte[] rgb;
    private int scan;
    private int nextRow;

    RowRaster(JpegHeader header, RowSink rows) {
      super(
          new PixelInterleavedSampleModel(
              DataBuffer.TYPE_BYTE,
              header.width(),
              header.height(),
              header.components(),
              header.components() * header.width(),
              header.components() == 1 ? new int[] {0} : new int[] {0, 1, 2}),
          new DataBufferByte(1),
          new Point());
      this.header = header;
      this.rows = rows;
      line = new byte[header.components() * header.width()];
      rgb = new byte[3 * header.width()];
    }

    @Override
    public void setRect(int x, int y, Raster row) {
      Interruption.requireNone();
      scan += y == 0 ? 1 : 0;
      if (scan != header.scans()) {
        return;
      }
      if (rows.needs(y)) {
        row.getDataElements(0, 0, header.width(), 1, line);
        JpegColours.convert(line, header.colour(), rgb);
        rows.accept(y, rgb);
      }
      nextRow = y + 1;
    }

    boolean isComplete() {
      return nextRow == header.height();
    }
  }
}
