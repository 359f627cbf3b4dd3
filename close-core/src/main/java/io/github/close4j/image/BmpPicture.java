package io.github.close4j.image;

import io.github.close4j.internal.io.Interruption;
import java.io.EOFException;
import java.io.IOException;

/**
 * A BMP, read row by row from its bytes as Pillow reads it: the headers of OS/2 1.x and 2.x, of
 * Windows 3 to 5, palettes, masks, run lengths, rows from the bottom or from the top.
 */
final class BmpPicture implements StoredPicture {
  private static final int FILE_HEADER = 14;
  private static final int DATA_OFFSET = 10;
  private static final int OS2_SHORT = 12;
  private static final int OS2_VERSION_2_SHORT = 16;
  private static final int OS2_VERSION_2 = 64;
  private static final int WINDOWS_3 = 40;
  private static final int WITH_MASKS = 52;
  private static final int WINDOWS_5 = 124;
  private static final int MASKS = FILE_HEADER + 40;
  private static final int ALPHA_MASK = FILE_HEADER + 52;
  private static final int WITH_ALPHA_MASK = 56;

  private static final int PLAIN = 0;
  private static final int RUNS_OF_8_BITS = 1;
  private static final int RUNS_OF_4_BITS = 2;
  private static final int BIT_FIELDS = 3;

  private final byte[] encoded;
  private final int headerBytes;
  private final int width;
  private final int height;
  private final boolean topDown;
  private final int bits;
  private final int compression;
  private final int paletteStart;
  private final int paletteEntryBytes;
  private final int colours;
  private final int dataStart;

  private BmpPicture(byte[] encoded) throws IOException {
    this.encoded = encoded;
    headerBytes = requireHeader(encoded);
    boolean os2Short = headerBytes == OS2_SHORT;
    int at = FILE_HEADER + Integer.BYTES;
    width = os2Short ? Bytes.littleEndian16(encoded, at) : Bytes.littleEndian32(encoded, at);
    int rows =
        os2Short ? Bytes.littleEndian16(encoded, at + 2) : Bytes.littleEndian32(encoded, at + 4);
    topDown = !os2Short && rows >> 24 == -1;
    height = topDown ? -rows : rows;
    bits = Bytes.littleEndian16(encoded, at + (os2Short ? 6 : 10));
    boolean whole = headerBytes >= WINDOWS_3;
    compression = whole ? Bytes.littleEndian32(encoded, at + 12) : PLAIN;
    requireKnown();
    int counted = whole ? Bytes.littleEndian32(encoded, at + 28) : 0;
    colours = counted == 0 ? 1 << Math.min(bits, 8) : counted;
    paletteEntryBytes = os2Short ? 3 : 4;
    paletteStart = FILE_HEADER + headerBytes + (hasMasksBehindHeader() ? 12 : 0);
    dataStart = dataStart();
    if (width > 0 && !hasRuns() && stride() * height > encoded.length - dataStart) {
      throw new EOFException("rows missing");
    }
  }

  private long stride() {
    return ((long) width * bits + 31) / 32 * 4;
  }

  static BmpPicture open(byte[] encoded) throws IOException {
    return new BmpPicture(encoded);
  }

  private static int requireHeader(byte[] encoded) throws IOException {
    if (encoded.length < FILE_HEADER + OS2_SHORT) {
      throw new EOFException("no header");
    }
    int bytes = Bytes.littleEndian32(encoded, FILE_HEADER);
    boolean known =
        switch (bytes) {
          case OS2_SHORT, OS2_VERSION_2_SHORT, OS2_VERSION_2 -> true;
          case WINDOWS_3, WITH_MASKS, WITH_ALPHA_MASK, 108, WINDOWS_5 -> true;
          default -> false;
        };
    if (!known) {
      throw new UnreadableVariantException("one with a header of %d bytes".formatted(bytes));
    }
    if (encoded.length < FILE_HEADER + bytes) {
      throw new EOFException("header cut off");
    }
    return bytes;
  }

  private void requireKnown() throws IOException {
    boolean known =
        switch (compression) {
          case PLAIN -> bits == 24 || bits == 32 || bits == 16 || hasPalette();
          case RUNS_OF_8_BITS -> bits == 8;
          case RUNS_OF_4_BITS -> bits == 4;
          case BIT_FIELDS -> headerBytes != OS2_VERSION_2 && (bits == 16 || bits >= 24);
          default -> false;
        };
    if (!known || bits > 32) {
      throw new UnreadableVariantException(
          "one of %d bits a pixel in compression %d".formatted(bits, compression));
    }
  }

  private boolean hasPalette() {
    return bits == 1 || bits == 4 || bits == 8;
  }

  private boolean hasMasksBehindHeader() {
    return compression == BIT_FIELDS && headerBytes < WITH_MASKS;
  }

  private int dataStart() throws IOException {
    long start = Bytes.littleEndian32(encoded, DATA_OFFSET) & 0xffffffffL;
    long paletteEnd = paletteStart + (hasPalette() ? (long) paletteEntryBytes * colours : 0);
    if (hasPalette() && (colours < 1 || colours > 1 << 16)) {
      throw new IOException("expected a palette of 1 to 65536 colours, found " + colours);
    }
    boolean none = start == 0 || start == FILE_HEADER + headerBytes && hasPalette();
    long data = none ? paletteEnd : start;
    if (paletteEnd > encoded.length || data > encoded.length) {
      throw new EOFException("no pixels");
    }
    return (int) data;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public ImageOrientation orientation() {
    return ImageOrientation.UPRIGHT;
  }

  private boolean hasRuns() {
    return compression == RUNS_OF_8_BITS || compression == RUNS_OF_4_BITS;
  }

  @Override
  public long bytesToRead() {
    return (hasRuns() ? (long) width * height : 0) + 8L * width;
  }

  @Override
  public void read(RowSink rows) throws IOException {
    if (hasRuns()) {
      readIndices(rows);
    } else {
      readPlain(rows);
    }
  }

  private void readPlain(RowSink rows) throws IOException {
    int stride = (int) stride();
    RowOfPixels row = row();
    byte[] rgb = new byte[3 * width];
    for (int y = 0; y < height; y++) {
      if (rows.needs(y)) {
        Interruption.requireNone();
        row.read(dataStart + stride * (topDown ? y : height - 1 - y), rgb);
        rows.accept(y, rgb);
      }
    }
  }

  private interface RowOfPixels {
    void read(int position, byte[] rgb);
  }

  private RowOfPixels row() throws IOException {
    if (hasPalette()) {
      byte[] palette = palette();
      int mask = (1 << bits) - 1;
      return (position, rgb) -> {
        for (int i = 0; i < width; i++) {
          int bit = i * bits;
          int index = encoded[position + (bit >> 3)] >> (8 - bits - (bit & 7)) & mask;
          System.arraycopy(palette, 3 * index, rgb, 3 * i, 3);
        }
      };
    }
    int bytes = bits / 8;
    int[] masks = masks();
    if (masks[0] == 0xff0000 && masks[1] == 0xff00 && masks[2] == 0xff) {
      return (position, rgb) -> {
        for (int i = 0, p = position; i < rgb.length; i += 3, p += bytes) {
          rgb[i] = encoded[p + 2];
          rgb[i + 1] = encoded[p + 1];
          rgb[i + 2] = encoded[p];
        }
      };
    }
    return (position, rgb) -> {
      for (int i = 0, p = position; i < width; i++, p += bytes) {
        int pixel = Bytes.littleEndian16(encoded, p);
        for (int b = 2; b < bytes; b++) {
          pixel |= (encoded[p + b] & 0xff) << (8 * b);
        }
        for (int c = 0; c < 3; c++) {
          rgb[3 * i + c] = field(pixel, masks[c]);
        }
      }
    };
  }

  private static byte field(int pixel, int mask) {
    int shift = Integer.numberOfTrailingZeros(mask);
    int largest = mask >>> shift;
    return (byte) (((pixel & mask) >>> shift) * 255L / largest);
  }

  /** Of red, green and blue. */
  private int[] masks() throws IOException {
    int[] standard =
        bits == 16 ? new int[] {0x7c00, 0x3e0, 0x1f} : new int[] {0xff0000, 0xff00, 0xff};
    if (compression != BIT_FIELDS) {
      return standard;
    }
    if (encoded.length < MASKS + 12) {
      throw new EOFException("no masks");
    }
    int[] masks = new int[3];
    for (int c = 0; c < 3; c++) {
      masks[c] = Bytes.littleEndian32(encoded, MASKS + 4 * c);
    }
    int alpha = headerBytes >= WITH_ALPHA_MASK ? Bytes.littleEndian32(encoded, ALPHA_MASK) : 0;
    if (bits == 32 && masks[0] == 0 && masks[1] == 0 && masks[2] == 0 && alpha == 0) {
      return standard;
    }
    for (int mask : masks) {
      if (!isField(mask)) {
        throw new UnreadableVariantException(
            "one with the masks %08x, %08x and %08x".formatted(masks[0], masks[1], masks[2]));
      }
    }
    return masks;
  }

  /** One run of at most eight bits. */
  private boolean isField(int mask) {
    int largest = mask == 0 ? 0 : mask >>> Integer.numberOfTrailingZeros(mask);
    boolean inPixel = bits == 32 || mask >>> bits == 0;
    return largest > 0 && largest <= 255 && (largest & (largest + 1)) == 0 && inPixel;
  }

  /** 256 colours; those that the file lacks are as Pillow has them. */
  private byte[] palette() {
    byte[] rgb = new byte[3 * 256];
    for (int i = 0; i < Math.min(colours, 256); i++) {
      int entry = paletteStart + paletteEntryBytes * i;
      rgb[3 * i] = encoded[entry + 2];
      rgb[3 * i + 1] = encoded[entry + 1];
      rgb[3 * i + 2] = encoded[entry];
    }
    return rgb;
  }

  private void readIndices(RowSink rows) throws IOException {
    byte[] indices = runs();
    byte[] palette = palette();
    byte[] rgb = new byte[3 * width];
    for (int y = 0; y < height; y++) {
      if (rows.needs(y)) {
        Interruption.requireNone();
        int start = width * (topDown ? y : height - 1 - y);
        for (int i = 0; i < width; i++) {
          System.arraycopy(palette, 3 * (indices[start + i] & 0xff), rgb, 3 * i, 3);
        }
        rows.accept(y, rgb);
      }
    }
  }

  /** Pixels of run-length coding in the order of the file; what it skips has colour 0. */
  private byte[] runs() throws IOException {
    byte[] indices = new byte[Math.multiplyExact(width, height)];
    int written = 0;
    int column = 0;
    int p = dataStart;
    while (written < indices.length) {
      int count = next(p++);
      int value = next(p++);
      if (count > 0) {
        // What is too long for the row is left out.
        int kept = Math.max(0, Math.min(count, width - column));
        for (int i = 0; i < kept && written < indices.length; i++) {
          indices[written++] = (byte) (bits == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15);
        }
        column += kept;
      } else if (value == 0) {
        written = (written + width - 1) / width * width;
        column = 0;
      } else if (value == 1) {
        return requireAll(indices, written);
      } else if (value == 2) {
        written = Math.min(indices.length, written + next(p) + next(p + 1) * width);
        column = written % width;
        p += 2;
      } else {
        int bytes = bits == 8 ? value : (value + 1) / 2;
        next(p + bytes - 1);
        for (int i = 0; i < value && written < indices.length; i++) {
          int packed = encoded[p + (bits == 8 ? i : i / 2)];
          indices[written++] = (byte) (bits == 8 ? packed : packed >> (i % 2 == 0 ? 4 : 0) & 15);
        }
        column += value;
        p += bytes;
        p += p & 1;
      }
    }
    return indices;
  }

  private int next(int position) throws EOFException {
    if (position >= encoded.length) {
      throw new EOFException("runs missing");
    }
    return encoded[position] & 0xff;
  }

  private static byte[] requireAll(byte[] indices, int written) throws IOException {
    if (written < indices.length) {
      throw new IOException(
          "expected runs of %d pixels, found %d".formatted(indices.length, written));
    }
    return indices;
  }
}
