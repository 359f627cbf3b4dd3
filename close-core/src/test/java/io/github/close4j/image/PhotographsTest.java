package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Photographs from file to the 8-bit pixels of CLIP, against Pillow with Hugging Face's processor.
 *
 * <p>Pillow's libjpeg is not the JDK's, so levels may differ by rounding.
 */
class PhotographsTest {
  private static final Path PHOTOS = Path.of("../../shared/data/photos");
  private static final int SIZE = 224;
  private static final int PICKS = 24;

  @Test
  void everyPixelIsWithinOneLevelOfPillows() {
    assumeTrue(Files.isDirectory(PHOTOS), "skipped: the photographs of shared/data are not here");
    ClipImageProcessor processor = new ClipImageProcessor(ImagePreprocessing.clipDefaults(SIZE));
    byte[] samples = Pictures.resource("photos.bin");
    List<String[]> photos = Pictures.table("photos.tsv");
    int length = 3 * PICKS * PICKS;
    assertEquals(photos.size() * length, samples.length);
    long sum = 0;
    for (int i = 0; i < photos.size(); i++) {
      String name = photos.get(i)[0];
      byte[] pixels = processor.resizeAndCrop(ImageDecoder.decode(PHOTOS.resolve(name)));
      byte[] expected = Arrays.copyOfRange(samples, i * length, (i + 1) * length);
      byte[] actual = picks(pixels);
      int largest = Pictures.largestDifference(expected, actual);
      assertTrue(largest <= 1, () -> name + " differs by " + largest);
      for (int j = 0; j < length; j++) {
        sum += Math.abs((expected[j] & 0xff) - (actual[j] & 0xff));
      }
      assertMeans(photos.get(i), pixels);
    }
    assertTrue(sum <= 0.1 * samples.length, "mean difference " + (double) sum / samples.length);
  }

  private static byte[] picks(byte[] pixels) {
    byte[] picked = new byte[3 * PICKS * PICKS];
    for (int i = 0; i < PICKS * PICKS; i++) {
      int y = i / PICKS * SIZE / PICKS;
      int x = i % PICKS * SIZE / PICKS;
      System.arraycopy(pixels, 3 * (y * SIZE + x), picked, 3 * i, 3);
    }
    return picked;
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
