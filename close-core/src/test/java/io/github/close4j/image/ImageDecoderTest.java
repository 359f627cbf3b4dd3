package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageDecoderTest {
  static List<Pictures.Golden> lossless() {
    return Pictures.goldenFiles().stream().filter(g -> !g.name().endsWith(".jpg")).toList();
  }

  static List<Pictures.Golden> jpegs() {
    return Pictures.goldenFiles().stream().filter(g -> g.name().endsWith(".jpg")).toList();
  }

  @ParameterizedTest
  @MethodSource("lossless")
  void pixelsAreThoseOfPillow(Pictures.Golden golden) {
    BufferedImage image = decode(golden);
    assertArrayEquals(golden.rgb(), Pictures.rgb(image));
  }

  @ParameterizedTest
  @MethodSource("jpegs")
  void jpegPixelsAreThoseOfPillowToOneLevel(Pictures.Golden golden) {
    BufferedImage image = decode(golden);
    int difference = Pictures.largestDifference(golden.rgb(), Pictures.rgb(image));
    assertTrue(difference <= 1, () -> "differs by " + difference);
  }

  private static BufferedImage decode(Pictures.Golden golden) {
    BufferedImage image = ImageDecoder.decode(golden.encoded(), golden.name());
    assertEquals(golden.width(), image.getWidth());
    assertEquals(golden.height(), image.getHeight());
    assertEquals(BufferedImage.TYPE_3BYTE_BGR, image.getType());
    return image;
  }

  @Test
  void aFileAStreamAndAnArrayGiveTheSame(@TempDir Path folder) throws IOException {
    for (Pictures.Golden golden : Pictures.goldenFiles()) {
      // The name says nothing about the content.
      Path file = Files.write(folder.resolve("picture.txt"), golden.encoded());
      byte[] expected = Pictures.rgb(ImageDecoder.decode(golden.encoded(), golden.name()));
      assertArrayEquals(expected, Pictures.rgb(ImageDecoder.decode(file)));
      ByteArrayInputStream stream = new ByteArrayInputStream(golden.encoded());
      assertArrayEquals(expected, Pictures.rgb(ImageDecoder.decode(stream, "stream")));
      assertEquals(0, stream.available());
    }
  }

  @Test
  void theEncodedBytesAreNotChanged() {
    for (Pictures.Golden golden : Pictures.goldenFiles()) {
      byte[] encoded = golden.encoded();
      assertFalse(ImageDecoder.decode(encoded, golden.name()).getWidth() == 0);
      assertArrayEquals(golden.encoded(), encoded, golden.name());
    }
  }

  /** What an application has set for ImageIO neither matters nor changes. */
  @Test
  void theApplicationsImageIoIsLeftAlone() {
    boolean usesCache = ImageIO.getUseCache();
    ImageIO.setUseCache(true);
    try {
      int readers = ImageIO.getReaderFormatNames().length;
      for (Pictures.Golden golden : Pictures.goldenFiles()) {
        assertEquals(golden.width(), decode(golden).getWidth());
      }
      assertTrue(ImageIO.getUseCache());
      assertEquals(readers, ImageIO.getReaderFormatNames().length);
    } finally {
      ImageIO.setUseCache(usesCache);
    }
  }
}
