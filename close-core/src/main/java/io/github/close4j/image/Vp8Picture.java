package io.github.close4j.image;

import java.io.IOException;

/**
 * A WebP's lossy picture. TwelveMonkeys decodes such, but predicts from filtered pixels, and
 * differs from libwebp by several levels a pixel; hence the decoder of our own.
 *
 * <p>Chroma, which has half the pixels each way, is interpolated and colours are converted as
 * libwebp does it, on which Pillow relies.
 */
final class Vp8Picture implements StoredPicture {
  private final Vp8Header header;

  private Vp8Picture(Vp8Header header) {
    this.header = header;
  }

  /** Reads the header of a picture that lies from start to end. */
  static Vp8Picture open(byte[] encoded, int start, int end) throws IOException {
    return new Vp8Picture(new Vp8Header(encoded, start, end));
  }

  @Override
  public int width() {
    return header.width;
  }

  @Override
  public int height() {
    return header.height;
  }

  @Override
  public ImageOrientation orientation() {
    return ImageOrientation.UPRIGHT;
  }

  @Override
  public long bytesToRead() {
    return Vp8Frame.bytes(width(), height());
  }

  @Override
  public void read(RowSink rows) throws IOException {
    Vp8Frame frame = new Vp8Frame(header);
    frame.decode();
    int width = width();
    byte[] rgb = new byte[3 * width];
    int[] blue = new int[width];
    int[] red = new int[width];
    for (int y = 0; y < height(); y++) {
      if (rows.needs(y)) {
        interpolate(frame.blue(), y, blue);
        interpolate(frame.red(), y, red);
        int luma = y * frame.luma().width();
        for (int x = 0; x < width; x++) {
          convert(frame.luma().pixels()[luma + x] & 0xff, blue[x], red[x], rgb, 3 * x);
        }
        rows.accept(y, rgb);
      }
    }
  }

  /** A row of chroma: of the four around a pixel, with weights 9, 3, 3 and 1 in 16ths. */
  private void interpolate(Vp8Plane plane, int y, int[] out) {
    byte[] pixels = plane.pixels();
    int lastRow = (height() - 1) >> 1;
    int near = plane.width() * (y >> 1);
    int far =
        plane.width() * Math.max(0, Math.min(lastRow, (y & 1) == 0 ? (y >> 1) - 1 : (y >> 1) + 1));
    int width = out.length;
    out[0] = atEdge(pixels[near] & 0xff, pixels[far] & 0xff);
    for (int x = 1; 2 * x - 1 < width; x++) {
      int left = pixels[near + x - 1] & 0xff;
      if (2 * x == width) {
        out[width - 1] = atEdge(left, pixels[far + x - 1] & 0xff);
        break;
      }
      int right = pixels[near + x] & 0xff;
      int farLeft = pixels[far + x - 1] & 0xff;
      int farRight = pixels[far + x] & 0xff;
      int sum = left + right + farLeft + farRight + 8;
      out[2 * x - 1] = ((sum + 2 * (right + farLeft)) / 8 + left) / 2;
      out[2 * x] = ((sum + 2 * (left + farRight)) / 8 + right) / 2;
    }
  }

  private static int atEdge(int near, int far) {
    return (3 * near + far + 2) / 4;
  }

  private static void convert(int luma, int blue, int red, byte[] rgb, int i) {
    int scaled = luma * 19077 >> 8;
    rgb[i] = clip(scaled + (red * 26149 >> 8) - 14234);
    rgb[i + 1] = clip(scaled - (blue * 6419 >> 8) - (red * 13320 >> 8) + 8708);
    rgb[i + 2] = clip(scaled + (blue * 33050 >> 8) - 17685);
  }

  private static byte clip(int sixtyFourths) {
    return Vp8Plane.clip(sixtyFourths >> 6);
  }
}
