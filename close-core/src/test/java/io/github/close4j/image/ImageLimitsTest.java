package io.github.close4j.image;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits hold for files, streams and arrays, and are looked at before anything else is done. */
class ImageLimitsTest {
  private static final ImageLimits DEFAULTS = ImageLimits.defaults();

  @ParameterizedTest
  @ValueSource(
      strings = {"rgb8.png", "444.jpg", "cmyk.jpg", "progressive.jpg", "plain.gif", "rgb.bmp"})
  void aPictureMayHaveJustAsManyPixelsAndBytesAsAllowed(String name, @TempDir Path folder)
      throws IOException {
    byte[] encoded = Pictures.resource("files/" + name);
    int pixels = 19 * 13;
    assertAllowed(encoded, folder, DEFAULTS.maxPixels(pixels).maxEncodedBytes(encoded.length));
    assertRefused(
        encoded,
        folder,
        DEFAULTS.maxPixels(pixels - 1),
        "expected 1 to 246 pixels, found a picture of 19 x 13");
    assertRefused(
        encoded,
        folder,
        DEFAULTS.maxEncodedBytes(encoded.length - 1),
        "expected an encoded picture of at most " + (encoded.length - 1) + " bytes, found ");
  }

  private static void assertAllowed(byte[] encoded, Path folder, ImageLimits limits)
      throws IOException {
    Path file = Files.write(folder.resolve("picture"), encoded);
    InputStream stream = new ByteArrayInputStream(encoded);
    assertEquals(19, ImageDecoder.decode(file, limits).getWidth());
    assertEquals(19, ImageDecoder.decode(stream, "stream", limits).getWidth());
    assertEquals(19, ImageDecoder.decode(encoded, "array", limits).getWidth());
  }

  private static void assertRefused(
      byte[] encoded, Path folder, ImageLimits limits, String message) {
    Path file = folder.resolve("picture");
    ClipImageProcessor processor = new ClipImageProcessor(8);
    float[] out = new float[processor.outputLength()];
    InputStream stream = new ByteArrayInputStream(encoded);
    InputStream other = new ByteArrayInputStream(encoded);
    List<Executable> ways =
        List.of(
            () -> ImageDecoder.decode(file, limits).flush(),
            () -> ImageDecoder.decode(stream, "stream", limits).flush(),
            () -> ImageDecoder.decode(encoded, "array", limits).flush(),
            () -> processor.process(file, limits, out, 0),
            () -> processor.process(other, "stream", limits, out, 0),
            () -> processor.process(encoded, "array", limits, out, 0));
    for (Executable way : ways) {
      String found = assertThrows(ImageDecodingException.class, way).getMessage();
      assertTrue(found.contains(": " + message), found);
    }
  }

  /** An endless stream is read to one byte past the limit. */
  @Test
  void aStreamIsNotReadBeyondTheLimit() {
    long[] read = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            read[0]++;
            return 'x';
          }
        };
    for (long limit : new long[] {1, 100, 65_535, 65_536, 65_537, 1_000_000}) {
      read[0] = 0;
      ImageLimits limits = DEFAULTS.maxEncodedBytes(limit);
      assertThrows(
          ImageDecodingException.class,
          () -> ImageDecoder.decode(endless, "endless", limits).flush());
      assertEquals(limit + 1, read[0]);
    }
  }

  /** A length that is too large costs nothing. */
  @Test
  void aLongFileIsNotRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("large.tif");
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      channel.position((1L << 33) - 1);
      channel.write(ByteBuffer.allocate(1));
    }
    long before = AllocatedBytes.ofThisThread();
    String message =
        assertThrows(ImageDecodingException.class, () -> ImageDecoder.decode(file).flush())
            .getMessage();
    assertTrue(AllocatedBytes.ofThisThread() - before < 1_000_000);
    assertTrue(message.contains("at most 134217728 bytes, found 8589934592 bytes"), message);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    List<Executable> wrong =
        List.of(
            () -> DEFAULTS.maxPixels(0).hashCode(),
            () -> DEFAULTS.maxPixels(ImageLimits.MOST_PIXELS + 1).hashCode(),
            () -> DEFAULTS.maxEncodedBytes(0).hashCode());
    for (Executable way : wrong) {
      assertThrows(IllegalArgumentException.class, way);
    }
  }
}
