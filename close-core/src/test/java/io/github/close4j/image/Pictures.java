package io.github.close4j.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** Pictures and golden values that the tests share; made by src/test/python/image_golden.py. */
final class Pictures {
  private Pictures() {}

  /**
   * A small encoded picture and the pixels that Hugging Face's {@code load_image} gives for it.
   *
   * @param name its file name
   * @param width width of the upright picture
   * @param height height of the upright picture
   * @param rgb {@code [height, width, 3]}
   * @param file the encoded picture
   */
  record Golden(String name, int width, int height, byte[] rgb, byte[] file) {
    /** A copy of the file. */
    byte[] encoded() {
      return file.clone();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Golden> goldenFiles() {
    return table("files.tsv").stream()
        .map(
            row ->
                new Golden(
                    row[0],
                    Integer.parseInt(row[1]),
                    Integer.parseInt(row[2]),
                    Base64.getDecoder().decode(row[3]),
                    resource("files/" + row[0])))
        .toList();
  }

  static List<String[]> table(String name) {
    String text = new String(resource(name), StandardCharsets.UTF_8);
    List<String[]> rows = new ArrayList<>();
    text.lines().forEach(line -> rows.add(line.split("\t")));
    return rows;
  }

  static byte[] resource(String name) {
    try (InputStream in = Pictures.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The formula of {@code made} in image_golden.py. */
  static int sample(long x, long y, int channel) {
    long value = x * 7 + y * 13 + channel * 85L + ((x * x + 3 * y * y) >> 4);
    return (int) (value + ((x ^ y) & 31) * (channel + 1)) & 255;
  }

  /** The made picture as 0xRRGGBB. */
  static int colour(int x, int y) {
    return sample(x, y, 0) << 16 | sample(x, y, 1) << 8 | sample(x, y, 2);
  }

  static BufferedImage madeColour(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    int[] line = new int[3 * width];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < line.length; i++) {
        line[i] = sample(i / 3, y, i % 3);
      }
      image.getRaster().setPixels(0, y, width, 1, line);
    }
    return image;
  }

  static BufferedImage madeGrey(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    int[] line = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        line[x] = sample(x, y, 0);
      }
      image.getRaster().setPixels(0, y, width, 1, line);
    }
    return image;
  }

  /** All pixels of a picture as the processor reads them, {@code [height, width, 3]}. */
  static byte[] rgb(BufferedImage image) {
    int width = image.getWidth();
    byte[] all = new byte[3 * width * image.getHeight()];
    byte[] line = new byte[3 * width];
    RgbRows rows = RgbRows.of(image);
    for (int y = 0; y < image.getHeight(); y++) {
      rows.read(0, y, width, line);
      System.arraycopy(line, 0, all, y * line.length, line.length);
    }
    return all;
  }

  /** The largest difference of two pictures, in levels of 0 to 255. */
  static int largestDifference(byte[] expected, byte[] actual) {
    if (expected.length != actual.length) {
      throw new AssertionError("lengths " + expected.length + " and " + actual.length);
    }
    int largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((expected[i] & 0xff) - (actual[i] & 0xff)));
    }
    return largest;
  }
}
