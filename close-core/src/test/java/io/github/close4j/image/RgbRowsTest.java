package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.Color;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that an application made itself, of each type that {@link BufferedImage} has. */
class RgbRowsTest {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 19;

  static List<Integer> types() {
    return Arrays.stream(BufferedImage.class.getFields())
        .filter(field -> field.getName().startsWith("TYPE_") && !field.getName().endsWith("CUSTOM"))
        .map(RgbRowsTest::value)
        .toList();
  }

  private static int value(Field field) {
    try {
      return field.getInt(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void allThirteenTypesAreSeen() {
    assertEquals(13, types().size());
  }

  /** Colours that every type can hold, read through a window as the resizing does. */
  @ParameterizedTest
  @MethodSource("types")
  void blackAndWhiteAreReadFromEveryType(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, (isWhite(x, y) ? Color.WHITE : Color.BLACK).getRGB());
      }
    }
    // Grey of 16 bits is clipped at 255, as Pillow does, so white and black are read as such.
    byte[] line = new byte[3 * 11];
    RgbRows rows = RgbRows.of(image);
    for (int y = 0; y < HEIGHT; y++) {
      rows.read(5, y, 11, line);
      for (int i = 0; i < line.length; i++) {
        assertEquals(isWhite(5 + i / 3, y) ? 255 : 0, line[i] & 0xff);
      }
    }
  }

  private static boolean isWhite(int x, int y) {
    return (x * x + 3 * y) % 5 < 2;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR
      })
  void coloursAreReadExactlyWhateverTheAlpha(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, (x * 7 + y) << 24 | Pictures.colour(x, y));
      }
    }
    assertColours(image, Pictures::sample, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_INT_ARGB_PRE, BufferedImage.TYPE_4BYTE_ABGR_PRE})
  void premultipliedColoursAreDivided(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, 128 << 24 | Pictures.colour(x, y));
      }
    }
    // Seven bits of each colour are left.
    assertColours(image, Pictures::sample, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_USHORT_565_RGB, BufferedImage.TYPE_USHORT_555_RGB})
  void fiveAndSixBitsAreSpreadOverTheRange(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    int[] largest = {31, type == BufferedImage.TYPE_USHORT_565_RGB ? 63 : 31, 31};
    WritableRaster raster = image.getRaster();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < 3; c++) {
          raster.setSample(x, y, c, Pictures.sample(x, y, c) & largest[c]);
        }
      }
    }
    assertColours(
        image, (x, y, c) -> (Pictures.sample(x, y, c) & largest[c]) * 255 / largest[c], 0);
  }

  /** The JDK's own conversion would brighten grey by its linear colour space. */
  @Test
  void greyIsRepeatedAsItIs() {
    BufferedImage image = Pictures.madeGrey(WIDTH, HEIGHT);
    assertColours(image, (x, y, c) -> Pictures.sample(x, y, 0), 0);
  }

  @Test
  void greyOfSixteenBitsIsClipped() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_USHORT_GRAY);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.getRaster().setSample(x, y, 0, 3 * Pictures.sample(x, y, 0));
      }
    }
    assertColours(image, (x, y, c) -> Math.min(255, 3 * Pictures.sample(x, y, 0)), 0);
  }

  @Test
  void palettesAreLookedUp() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.getRaster().setSample(x, y, 0, Pictures.sample(x, y, 0));
      }
    }
    ColorModel palette = image.getColorModel();
    assertColours(
        image, (x, y, c) -> palette.getRGB(Pictures.sample(x, y, 0)) >> (16 - 8 * c) & 0xff, 0);
  }

  @Test
  void aPartOfAPictureIsAPicture() {
    BufferedImage whole = Pictures.madeColour(WIDTH + 9, HEIGHT + 8);
    BufferedImage part = whole.getSubimage(4, 3, WIDTH, HEIGHT);
    assertColours(part, (x, y, c) -> Pictures.sample(x + 4, y + 3, c), 0);
  }

  /** A custom type: floats in linear RGB, which only the JDK's colour management can read. */
  @Test
  void otherColourSpacesAreConverted() {
    ColorSpace linear = ColorSpace.getInstance(ColorSpace.CS_LINEAR_RGB);
    ColorModel model =
        new ComponentColorModel(linear, false, false, ColorModel.OPAQUE, DataBuffer.TYPE_FLOAT);
    WritableRaster raster = model.createCompatibleWritableRaster(2, 1);
    raster.setPixel(1, 0, new float[] {1, 0.2140f, 0});
    BufferedImage image = new BufferedImage(model, raster, false, null);
    byte[] rgb = Pictures.rgb(image);
    int[] expected = {0, 0, 0, 255, 127, 0};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], rgb[i] & 0xff, 1);
    }
  }

  private interface Sample {
    int at(int x, int y, int channel);
  }

  private static void assertColours(BufferedImage image, Sample expected, int tolerance) {
    byte[] rgb = Pictures.rgb(image);
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % WIDTH;
      int y = i / 3 / WIDTH;
      int c = i % 3;
      String where = "x " + x + ", y " + y + ", channel " + c;
      assertEquals(expected.at(x, y, c), rgb[i] & 0xff, tolerance, where);
    }
  }
}
