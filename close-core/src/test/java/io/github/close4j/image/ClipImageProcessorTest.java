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
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(ints = {0, -1, ClipImageProcessor.MAX_IMAGE_SIZE + 1, Integer.MAX_VALUE})
  void edgesOutOfRange(int imageSize) {
    assertMessage("imageSize", () -> new ClipImageProcessor(imageSize));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -0.1f, Float.NaN, Float.POSITIVE_INFINITY})
  void badDeviations(float std) {
    float[] mean = {0, 0, 0};
    for (int c = 0; c < 3; c++) {
      float[] stds = {1, 1, 1};
      stds[c] = std;
      assertMessage("std", () -> new ClipImageProcessor(1, mean, stds));
    }
    assertMessage("std", () -> new ClipImageProcessor(1, mean, new float[] {1, 1}));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY})
  void badMeans(float mean) {
    float[] std = {1, 1, 1};
    for (int c = 0; c < 3; c++) {
      float[] means = {0, 0, 0};
      means[c] = mean;
      assertMessage("mean", () -> new ClipImageProcessor(1, means, std));
    }
    assertMessage("mean", () -> new ClipImageProcessor(1, new float[4], std));
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(thrown.getMessage().startsWith(part), thrown.getMessage());
  }

  @Test
  void otherMeansAndDeviations() {
    BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 51);
    float[] mean = {0.5f, 0.1f, 0.2f};
    float[] std = {0.5f, 0.25f, 2};
    float[] expected = {(0.2f - 0.5f) / 0.5f, (0.2f - 0.1f) / 0.25f, 0};
    assertArrayEquals(expected, new ClipImageProcessor(1, mean, std).process(grey), 1e-6f);
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
    return new ClipImageProcessor(size);
  }
}
