package io.github.close4j.image;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import javax.imageio.ImageReader;

/**
 * A TIFF's first page, decoded by TwelveMonkeys where its pixels were found to be Pillow's; JPEG
 * inside is read by {@link TiffJpegPicture}, and all else is refused by name.
 */
final class TiffPicture extends RasterPicture {
  private static final int CCITT_RLE = 2;
  private static final int CCITT_T4 = 3;
  private static final int CCITT_T6 = 4;
  private static final int JPEG = 7;
  private static final Set<Integer> COMPRESSIONS =
      Set.of(1, CCITT_RLE, CCITT_T4, CCITT_T6, 5, JPEG, 8, 32773, 32946);

  /** What the tags say about the pixels. */
  record Tags(
      TiffDirectory directory,
      int width,
      int height,
      int bits,
      int samples,
      int sampleFormat,
      int photometric,
      int compression,
      boolean planar,
      int extra) {
    static final int WHITE_IS_ZERO = 0;
    static final int BLACK_IS_ZERO = 1;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int INKS = 5;
    static final int YCBCR = 6;

    static final int NO_EXTRA = -1;
    static final int UNSPECIFIED = 0;
    static final int PREMULTIPLIED = 1;
    private static final int INTEGER = 1;
    private static final int SIGNED = 2;

    static Tags of(TiffDirectory directory) throws IOException {
      int samples = (int) directory.number(277, 1);
      double[] bits = directory.numbers(258);
      double[] formats = directory.numbers(339);
      if (!areEqual(bits) || !areEqual(formats)) {
        throw new UnreadableVariantException("one whose samples are of different kinds");
      }
      return new Tags(
          directory,
          (int) directory.number(256, 0),
          (int) directory.number(257, 0),
          bits.length == 0 ? 1 : (int) bits[0],
          samples,
          formats.length == 0 ? INTEGER : (int) formats[0],
          (int) directory.number(262, -1),
          (int) directory.number(259, 1),
          directory.number(284, 1) == 2,
          (int) directory.number(338, NO_EXTRA));
    }

    private static boolean areEqual(double[] values) {
      return Arrays.stream(values).distinct().count() <= 1;
    }

    private boolean isKnown() {
      boolean integer = sampleFormat == INTEGER;
      boolean shallow = bits == 1 || bits == 2 || bits == 4 || bits == 8;
      boolean bytes = bits == 8 && integer;
      // Chunky samples of 16 bits; separate ones come out in the wrong byte order.
      boolean whole = bytes || bits == 16 && integer && !planar && extra != PREMULTIPLIED;
      return switch (photometric) {
        case WHITE_IS_ZERO -> samples == 1 && integer && (shallow || bits == 16);
        case BLACK_IS_ZERO -> isKnownGrey(integer, shallow);
        case RGB -> whole && (samples == 3 || samples == 4);
        case PALETTE -> samples == 1 && integer && shallow && directory.has(320);
        case INKS -> whole && samples == 4 && extra == NO_EXTRA && directory.number(332, 1) == 1;
        case YCBCR -> bytes && samples == 3 && !planar && isFull();
        default -> false;
      };
    }

    private boolean isKnownGrey(boolean integer, boolean shallow) {
      if (samples == 2) {
        return integer && bits == 8 && extra != PREMULTIPLIED;
      }
      boolean wide = bits == 16 && sampleFormat <= SIGNED || bits == 32 && sampleFormat <= SIGNED;
      return samples == 1 && (integer && shallow || wide);
    }

    private boolean isFull() {
      return directory.number(530, 2) == 1 && directory.numbers(530)[1] == 1;
    }

    boolean isJpeg() {
      return compression == JPEG;
    }

    private boolean isFax() {
      return compression >= CCITT_RLE && compression <= CCITT_T6;
    }

    private boolean isReadable() {
      boolean predicted = directory.number(317, 1) <= 2;
      if (!COMPRESSIONS.contains(compression) || !predicted || isFax() && bits != 1) {
        return false;
      }
      return isJpeg() ? TiffJpegPicture.reads(this) : isKnown();
    }

    private String describe() {
      return "one of %d samples of %d bits a pixel (sample format %d, photometric %d, %scompression %d)"
          .formatted(
              samples, bits, sampleFormat, photometric, planar ? "planar, " : "", compression);
    }
  }

  private final byte[] encoded;
  private final Tags tags;

  private TiffPicture(byte[] encoded, Tags tags) {
    super(
        tags.width,
        tags.height,
        ImageOrientation.of(tags.directory),
        ((long) tags.width * tags.samples * tags.bits + 7) / 8 * tags.height,
        tags.photometric == Tags.RGB
            && tags.samples == 3
            && tags.bits == 8
            && !tags.directory.has(34675));
    this.encoded = encoded;
    this.tags = tags;
  }

  static StoredPicture open(byte[] encoded) throws IOException {
    TiffDirectory directory =
        TiffDirectory.first(encoded).orElseThrow(() -> new EOFException("no directory"));
    if (!directory.has(256) || !directory.has(257)) {
      throw new EOFException("no size");
    }
    Tags tags = Tags.of(directory);
    if (!tags.isReadable()) {
      throw new UnreadableVariantException(tags.describe());
    }
    requireData(directory, encoded.length);
    return tags.isJpeg() ? new TiffJpegPicture(encoded, tags) : new TiffPicture(encoded, tags);
  }

  private static void requireData(TiffDirectory directory, int length) throws IOException {
    boolean tiled = directory.has(324);
    double[] starts = directory.numbers(tiled ? 324 : 273);
    double[] counts = directory.numbers(tiled ? 325 : 279);
    if (starts.length == 0 || counts.length != starts.length) {
      throw new IOException(
          "expected as many lengths as strips or tiles, found %d and %d"
              .formatted(counts.length, starts.length));
    }
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] + counts[i] > length) {
        throw new EOFException("strip or tile missing");
      }
    }
  }

  @Override
  BufferedImage readStored() throws IOException {
    ImageReader reader = new TIFFImageReaderSpi().createReaderInstance();
    reader.setInput(new ByteArrayImageInputStream(encoded), true, true);
    reader.addIIOReadProgressListener(new InterruptedReading());
    try {
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }

  @Override
  RgbRows rows(BufferedImage stored) {
    Raster raster = stored.getRaster();
    if (tags.photometric == Tags.INKS) {
      return RgbRows.ofInks(raster, tags.bits);
    }
    if (tags.photometric == Tags.RGB && tags.extra == Tags.PREMULTIPLIED) {
      return RgbRows.ofPremultiplied(raster);
    }
    boolean deepGrey = tags.photometric <= Tags.BLACK_IS_ZERO && tags.bits >= Short.SIZE;
    if (deepGrey) {
      // The reader turns white into black, which Pillow does not for so many bits.
      return tags.photometric == Tags.WHITE_IS_ZERO
          ? RgbRows.ofGrey(raster, sample -> Math.min(65535 - sample, 255))
          : RgbRows.ofClippedGrey(raster);
    }
    return super.rows(stored);
  }
}
