package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged files give a picture or an {@link ImageDecodingException}, and nothing else. */
class ImageDecoderFuzzTest {
  private static final int MUTATIONS = 2000;
  private static final long MAX_ALLOCATED = 200_000_000;
  // A GIF or WebP may be large around a small frame; half of this is garbage, row by row.
  private static final long MAX_ALLOCATED_AROUND_FRAME =
      8 * ImageLimits.defaults().maxPixels() + MAX_ALLOCATED;
  // A PNG's end chunk, checksums and end-of-block code.
  private static final int LONGEST_END = 21;
  // Where the bits begin in a WebP of one chunk, after their signature the picture's size.
  private static final int LOSSLESS_BITS = 20;

  static List<Pictures.Golden> files() {
    Set<String> kinds =
        Set.of(
            "smooth-60.webp",
            "smooth-alpha-60.webp",
            "made-lossless.webp",
            "smooth-lossless.webp",
            "small-2-colours.webp",
            "smooth-alpha-lossless.webp",
            "lossy-on-canvas-exif.webp",
            "RGB-tiff_lzw.tif",
            "fax-group4.tif",
            "jpeg-RGB.tif",
            "le-tiled-rgb8.tif",
            "be-palette4.tif",
            "half-runs.bmp",
            "565-124.bmp");
    return Stream.concat(
            Pictures.goldenFiles().stream(),
            ImageKindsTest.kinds().stream()
                .filter(kind -> kinds.contains(kind.name()))
                .map(
                    kind ->
                        new Pictures.Golden(
                            kind.name(), kind.width(), kind.height(), kind.rgb(), kind.encoded())))
        .toList();
  }

  @Provide
  Arbitrary<Pictures.Golden> golden() {
    return Arbitraries.of(files());
  }

  /** Only the bytes after the last pixel may be missing; they are no part of the picture. */
  @Property(tries = 4000)
  void aTruncatedFileIsRefusedUnlessAllPixelsAreThere(
      @ForAll("golden") Pictures.Golden golden,
      @ForAll @DoubleRange(max = 1, maxIncluded = false) double part) {
    byte[] encoded = golden.encoded();
    byte[] cut = Arrays.copyOf(encoded, (int) (part * encoded.length));
    Optional<BufferedImage> image = decode(cut);
    if (image.isPresent()) {
      byte[] whole = Pictures.rgb(ImageDecoder.decode(encoded, golden.name()));
      assertArrayEquals(whole, Pictures.rgb(image.get()), () -> cut.length + " bytes");
      // A second frame is not read, so it may be missing.
      boolean nearlyWhole = cut.length >= encoded.length - LONGEST_END;
      assertTrue(
          nearlyWhole || golden.name().equals("two-frames.gif"), () -> cut.length + " bytes");
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aDamagedFileGivesAPictureOrTheOneException(Pictures.Golden golden) {
    byte[] encoded = golden.encoded();
    Random random = new Random(golden.name().hashCode());
    boolean framed = golden.name().matches(".*[.](gif|webp)");
    int pictures = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] damaged = encoded.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        // Half of the changes hit the headers, which are a small part of the file.
        int range = random.nextBoolean() ? Math.min(64, damaged.length) : damaged.length;
        damaged[random.nextInt(range)] = (byte) random.nextInt(256);
      }
      long before = AllocatedBytes.ofThisThread();
      pictures += decode(damaged).isPresent() ? 1 : 0;
      long allocated = AllocatedBytes.ofThisThread() - before;
      long most = framed ? MAX_ALLOCATED_AROUND_FRAME : MAX_ALLOCATED;
      assertTrue(allocated < most, () -> "allocated " + allocated);
    }
    assertTrue(pictures < MUTATIONS);
  }

  static List<ImageKindsTest.Kind> losslessWebps() {
    return ImageKindsTest.kinds().stream()
        .filter(kind -> kind.name().endsWith(".webp") && kind.encoded()[LOSSLESS_BITS] == 0x2f)
        .toList();
  }

  /**
   * The bits of a small lossless WebP are soon used up, whatever size it claims; one whose pixels
   * need no bits may be as large. Decoding takes the pixels' memory, and not an exception for each.
   */
  @ParameterizedTest
  @MethodSource("losslessWebps")
  void aLosslessWebpMayClaimToBeLarge(ImageKindsTest.Kind kind) {
    byte[] encoded = kind.encoded().clone();
    int edge = 3000 - 1;
    long sizes = edge | (long) edge << 14 | (encoded[LOSSLESS_BITS + 4] & 0xf0L) << 24;
    for (int i = 0; i < 4; i++) {
      encoded[LOSSLESS_BITS + 1 + i] = (byte) (sizes >>> 8 * i);
    }
    long before = AllocatedBytes.ofThisThread();
    decode(encoded);
    long allocated = AllocatedBytes.ofThisThread() - before;
    assertTrue(allocated < 300_000_000, () -> "allocated " + allocated);
  }

  private static Optional<BufferedImage> decode(byte[] encoded) {
    try {
      BufferedImage image = ImageDecoder.decode(encoded, "damaged");
      assertEquals(BufferedImage.TYPE_3BYTE_BGR, image.getType());
      return Optional.of(image);
    } catch (ImageDecodingException e) {
      String message = e.getMessage();
      assertTrue(message.startsWith("damaged: expected "), message);
      assertTrue(message.contains(", found "), message);
      assertFalse(message.contains("null"), message);
      return Optional.empty();
    }
  }
}
