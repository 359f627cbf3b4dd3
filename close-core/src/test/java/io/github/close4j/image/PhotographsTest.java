package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * Photographs from file to the 8-bit pixels of CLIP, against Pillow with Hugging Face's processor.
 *
 * <p>Pillow's libjpeg is not the JDK's, so levels may differ by rounding.
 */
class PhotographsTest {
  private static final Path PHOTOS = Path.of("../../shared/data/photos");
  private static final int SIZE = 224;

  @Test
  void everyPixelIsWithinOneLevelOfPillows() {
    assumeTrue(Files.isDirectory(PHOTOS), "skipped: the photographs of shared/data are not here");
    ClipImageProcessor processor = new ClipImageProcessor(SIZE);
    long sum = 0;
    long count = 0;
    for (String[] photo : Pictures.table("photos.tsv")) {
      byte[] pixels = processor.resizeAndCrop(ImageDecoder.decode(PHOTOS.resolve(photo[0])));
      assertMeans(photo, pixels);
      byte[] expected = HexFormat.of().parseHex(photo[4]);
      for (int i = 0; i < expected.length; i++) {
        int difference = Math.abs((expected[i] & 0xff) - (pixels[position(i)] & 0xff));
        assertTrue(difference <= 1, () -> photo[0] + " differs by " + difference);
        sum += difference;
        count++;
      }
    }
    assertTrue(count > 0 && sum <= 0.1 * count, "mean difference " + (double) sum / count);
  }

  /** Where the golden script picked the level of this number. */
  private static int position(int number) {
    return (number * 7919 + 37) % (3 * SIZE * SIZE);
  }

  /** The mean over all pixels sees those that were not picked. */
  private static void assertMeans(String[] golden, byte[] pixels) {
    for (int c = 0; c < 3; c++) {
      long sum = 0;
      for (int i = c; i < pixels.length; i += 3) {
        sum += pixels[i] & 0xff;
      }
      assertEquals(Double.parseDouble(golden[1 + c]), sum / (double) (SIZE * SIZE), 0.1, golden[0]);
    }
  }
}
