package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A picture of each kind that users bring, against Pillow: who says what colours a JPEG has, EXIF
 * and XMP in all forms and places, WebP, TIFF and BMP. Made by
 * src/test/python/image_kinds_golden.py.
 */
class ImageKindsTest {
  /** Pillow reads these, we refuse them by name. */
  private static final Set<String> REFUSED = Set.of("planes16", "floats", "lab", "no-photometric");

  /** Pillow refuses these; what is damaged is metadata, and we read the picture. */
  private static final Set<String> READ =
      Set.of("turned-exif-broken.png", "be-grey16-white-is-0.tif");

  /**
   * A file and Pillow's answer.
   *
   * @param rgb {@code [height, width, 3]}; empty where Pillow refuses the file
   */
  record Kind(String name, int width, int height, byte[] encoded, byte[] rgb) {
    boolean isRefused() {
      String tiff = name.replaceFirst("^[lb]e-(.*)[.]tif$", "$1");
      return rgb.length == 0 ? !READ.contains(name) : REFUSED.contains(tiff);
    }

    /** JPEGs differ by rounding, and so does colour that TwelveMonkeys converts. */
    int tolerance() {
      return name.endsWith(".jpg") || name.contains("jpeg") || name.contains("ycbcr") ? 1 : 0;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Kind> kinds() {
    byte[] packed = Pictures.resource("kinds.tsv.gz");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(ImageKindsTest::kind).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Kind kind(String line) {
    String[] row = line.split("\t", -1);
    HexFormat hex = HexFormat.of();
    boolean answered = !row[1].isEmpty();
    return new Kind(
        row[0],
        answered ? Integer.parseInt(row[1]) : 0,
        answered ? Integer.parseInt(row[2]) : 0,
        hex.parseHex(row[3]),
        hex.parseHex(row[4]));
  }

  static Stream<Kind> answered() {
    return kinds().stream().filter(kind -> kind.rgb().length > 0 && !kind.isRefused());
  }

  static Stream<Kind> read() {
    return kinds().stream().filter(kind -> !kind.isRefused());
  }

  static Stream<Kind> refused() {
    return kinds().stream().filter(Kind::isRefused);
  }

  @Test
  void thereAreMany() {
    assertTrue(answered().count() > 700);
    assertTrue(refused().count() > 10);
  }

  @ParameterizedTest
  @MethodSource("answered")
  void pixelsAreThoseOfPillow(Kind kind) {
    BufferedImage image = ImageDecoder.decode(kind.encoded(), kind.name());
    assertEquals(kind.width(), image.getWidth());
    assertEquals(kind.height(), image.getHeight());
    assertEquals(BufferedImage.TYPE_3BYTE_BGR, image.getType());
    int difference = Pictures.largestDifference(kind.rgb(), Pictures.rgb(image));
    assertTrue(difference <= kind.tolerance(), () -> "differs by " + difference);
  }

  /** Whatever the orientation, and whether rows arrive one by one or all together. */
  @ParameterizedTest
  @MethodSource("read")
  void resizedWhileItIsDecodedItIsTheSame(Kind kind) {
    ClipImageProcessor processor = new ClipImageProcessor(7);
    float[] expected = processor.process(ImageDecoder.decode(kind.encoded(), kind.name()));
    float[] pixels = new float[expected.length + 2];
    processor.process(kind.encoded(), kind.name(), ImageLimits.defaults(), pixels, 1);
    assertEquals(0, pixels[0]);
    assertEquals(0, pixels[pixels.length - 1]);
    assertArrayEquals(expected, Arrays.copyOfRange(pixels, 1, pixels.length - 1));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsNotReadAsPillowReadsItIsRefusedInWords(Kind kind) {
    ImageDecodingException thrown =
        assertThrows(
            ImageDecodingException.class,
            () -> ImageDecoder.decode(kind.encoded(), kind.name()).flush());
    String message = thrown.getMessage();
    assertTrue(message.startsWith(kind.name() + ": expected a "), message);
    assertTrue(message.contains(", found "), message);
    if (kind.rgb().length > 0) {
      assertTrue(message.contains("TIFF picture that is read, found one of "), message);
    }
  }
}
