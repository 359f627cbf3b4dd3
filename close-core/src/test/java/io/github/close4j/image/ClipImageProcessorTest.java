package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClipImageProcessorTest {
  private static final int SIZE = 224;

  static List<String[]> made() {
    return Pictures.table("made.tsv");
  }

  /** Every pixel of the result, by its checksum, and nine pixels to look at when it differs. */
  @ParameterizedTest
  @MethodSource("made")
  void pixelsAreThoseOfPillowToTheBit(
      String kind, int width, int height, long checksum, String nine) {
    BufferedImage image =
        kind.equals("grey") ? Pictures.madeGrey(width, height) : Pictures.madeColour(width, height);
    byte[] pixels = processor(SIZE).resizeAndCrop(image);
    assertEquals(3 * SIZE * SIZE, pixels.length);
    assertEquals(nine, corners(pixels));
    CRC32 crc = new CRC32();
    crc.update(pixels);
    assertEquals(checksum, crc.getValue());
  }

  private static String corners(byte[] pixels) {
    StringBuilder hex = new StringBuilder();
    for (int y : new int[] {0, 112, 223}) {
      for (int x : new int[] {0, 112, 223}) {
        int start = 3 * (y * SIZE + x);
        hex.append(HexFormat.of().formatHex(pixels, start, start + 3));
      }
    }
    return hex.toString();
  }

  @Test
  void floatsAreThoseOfHuggingFaceToTheBit() {
    BufferedImage levels = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < SIZE * SIZE; i++) {
      levels.getRaster().setSample(i % SIZE, i / SIZE, 0, i / 196);
    }
    float[] planes = processor(SIZE).process(levels);
    for (String[] row : Pictures.table("normalised.tsv")) {
      int level = Integer.parseInt(row[0]);
      int channel = Integer.parseInt(row[1]);
      int bits = Integer.parseUnsignedInt(row[2]);
      float actual = planes[channel * SIZE * SIZE + level * 196];
      assertEquals(Float.intBitsToFloat(bits), actual, () -> "level " + level);
    }
  }

  @Test
  void aPartOfABatchIsWrittenAndNothingElse() {
    ClipImageProcessor processor = processor(7);
    BufferedImage image = Pictures.madeColour(20, 30);
    float[] alone = processor.process(image);
    assertEquals(3 * 7 * 7, processor.outputLength());
    float[] batch = new float[alone.length + 5];
    Arrays.fill(batch, 9);
    processor.process(image, batch, 2);
    assertArrayEquals(alone, Arrays.copyOfRange(batch, 2, alone.length + 2));
    assertEquals(9, batch[1]);
    assertEquals(9, batch[alone.length + 2]);
    assertNoRoom(processor, image, batch, 6);
    assertNoRoom(processor, image, batch, -1);
    assertNoRoom(processor, image, new float[0], 0);
  }

  private static void assertNoRoom(
      ClipImageProcessor processor, BufferedImage image, float[] out, int offset) {
    Exception thrown =
        assertThrows(IllegalArgumentException.class, () -> processor.process(image, out, offset));
    assertTrue(thrown.getMessage().contains("offset " + offset), thrown.getMessage());
  }

  /** Resizing keeps a plain colour, so weights sum to one wherever the window lies. */
  @Property(tries = 60)
  void aPlainColourStaysAsItIs(
      @ForAll @IntRange(min = 1, max = 300) int width,
      @ForAll @IntRange(min = 1, max = 300) int height,
      @ForAll @IntRange(min = 1, max = 64) int size,
      @ForAll @IntRange(max = 255) int level) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    int[] samples = new int[width * height];
    Arrays.fill(samples, level);
    image.getRaster().setPixels(0, 0, width, height, samples);
    byte[] expected = new byte[3 * size * size];
    Arrays.fill(expected, (byte) level);
    assertArrayEquals(expected, processor(size).resizeAndCrop(image));
  }

  @Property(tries = 60)
  void aMirroredPictureGivesTheMirroredResult(
      @ForAll @IntRange(min = 1, max = 60) int half,
      @ForAll @IntRange(min = 1, max = 60) int size) {
    // Even edges everywhere: the window is then symmetric about the centre.
    BufferedImage image = Pictures.madeGrey(2 * half, 2 * half);
    BufferedImage mirrored = new BufferedImage(2 * half, 2 * half, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 2 * half; y++) {
      for (int x = 0; x < 2 * half; x++) {
        int sample = image.getRaster().getSample(2 * half - 1 - x, y, 0);
        mirrored.getRaster().setSample(x, y, 0, sample);
      }
    }
    byte[] expected = processor(2 * size).resizeAndCrop(image);
    byte[] actual = processor(2 * size).resizeAndCrop(mirrored);
    for (int i = 0; i < 4 * size * size; i++) {
      int row = i / (2 * size);
      int opposite = row * 2 * size + (2 * size - 1 - i % (2 * size));
      // Weights are rounded on their own, so a value half-way between two levels may tip over.
      assertEquals(expected[3 * i] & 0xff, actual[3 * opposite] & 0xff, 1);
    }
  }

  private static ClipImageProcessor processor(int size) {
    return new ClipImageProcessor(ImagePreprocessing.clipDefaults(size));
  }
}
