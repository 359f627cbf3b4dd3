package io.github.close4j.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * A WebP: its only picture, or the first of an animation on its canvas, which is black where the
 * picture does not cover it. Alpha is dropped.
 */
final class WebpPicture implements StoredPicture {
  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int EXTENDED_BYTES = 10;
  private static final int ANIMATED = 2;
  private static final int HAS_XMP = 4;
  private static final int HAS_EXIF = 8;
  private static final int FRAME_HEADER = 16;

  /** Where a chunk's content lies. */
  private record Chunk(String type, int start, int end) {

    int next() {
      return end + (end - start & 1);
    }
  }

  private final StoredPicture frame;
  private final int left;
  private final int top;
  private final int width;
  private final int height;
  private final ImageOrientation orientation;

  private WebpPicture(
      StoredPicture frame, int left, int top, int width, int height, ImageOrientation orientation) {
    this.frame = frame;
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    this.orientation = orientation;
  }

  static WebpPicture open(byte[] encoded) throws IOException {
    if (encoded.length < FIRST_CHUNK + CHUNK_HEADER) {
      throw new EOFException("no header");
    }
    long end = (Bytes.littleEndian32(encoded, 4) & 0xffffffffL) + CHUNK_HEADER;
    if (end > encoded.length) {
      throw new EOFException("chunks missing");
    }
    Chunk first = chunk(encoded, FIRST_CHUNK, (int) end);
    if (!first.type.equals("VP8X")) {
      StoredPicture only = frame(encoded, first);
      return new WebpPicture(only, 0, 0, only.width(), only.height(), ImageOrientation.UPRIGHT);
    }
    return extended(encoded, first, (int) end);
  }

  private static WebpPicture extended(byte[] encoded, Chunk header, int end) throws IOException {
    if (header.end - header.start < EXTENDED_BYTES) {
      throw new IOException("expected a header of 10 bytes");
    }
    int flags = encoded[header.start];
    int width = 1 + littleEndian24(encoded, header.start + 4);
    int height = 1 + littleEndian24(encoded, header.start + 7);
    byte @Nullable [] exif = (flags & HAS_EXIF) == 0 ? null : content(encoded, header, end, "EXIF");
    byte @Nullable [] xmp = (flags & HAS_XMP) == 0 ? null : content(encoded, header, end, "XMP ");
    ImageOrientation orientation = ImageOrientation.of(exif, xmp);
    int left = 0;
    int top = 0;
    Chunk before = header;
    int last = end;
    if ((flags & ANIMATED) != 0) {
      Chunk animated = required(encoded, header, end, "ANMF");
      if (animated.end - animated.start < FRAME_HEADER + CHUNK_HEADER) {
        throw new IOException("expected a frame, found %s".formatted(animated));
      }
      left = 2 * littleEndian24(encoded, animated.start);
      top = 2 * littleEndian24(encoded, animated.start + 3);
      last = animated.end;
      before = new Chunk("ANMF", animated.start, animated.start + FRAME_HEADER);
    }
    StoredPicture frame = frame(encoded, required(encoded, before, last, "VP8 ", "VP8L"));
    boolean fits = left + frame.width() <= width && top + frame.height() <= height;
    boolean covers = frame.width() == width && frame.height() == height;
    if ((flags & ANIMATED) != 0 ? !fits : !covers) {
      throw new IOException(
          "expected a frame on a canvas of %d x %d, found one of %d x %d at %d, %d"
              .formatted(width, height, frame.width(), frame.height(), left, top));
    }
    return new WebpPicture(frame, left, top, width, height, orientation);
  }

  private static Chunk chunk(byte[] encoded, int position, int end) throws EOFException {
    int start = position + CHUNK_HEADER;
    long length = start > end ? 0 : Bytes.littleEndian32(encoded, position + 4) & 0xffffffffL;
    if (start + length > end) {
      throw new EOFException("chunk cut off");
    }
    String type = new String(encoded, position, 4, StandardCharsets.ISO_8859_1);
    return new Chunk(type, start, start + (int) length);
  }

  private static @Nullable Chunk find(byte[] encoded, Chunk before, int end, String... types)
      throws EOFException {
    for (int at = before.next(); at <= end - CHUNK_HEADER; ) {
      Chunk chunk = chunk(encoded, at, end);
      if (Arrays.asList(types).contains(chunk.type)) {
        return chunk;
      }
      at = chunk.next();
    }
    return null;
  }

  private static Chunk required(byte[] encoded, Chunk before, int end, String... types)
      throws EOFException {
    Chunk found = find(encoded, before, end, types);
    if (found == null) {
      throw new EOFException("no picture");
    }
    return found;
  }

  private static byte @Nullable [] content(byte[] encoded, Chunk before, int end, String type)
      throws EOFException {
    Chunk chunk = find(encoded, before, end, type);
    return chunk == null ? null : Arrays.copyOfRange(encoded, chunk.start, chunk.end);
  }

  private static int littleEndian24(byte[] data, int position) {
    return Bytes.littleEndian16(data, position) | (data[position + 2] & 0xff) << 16;
  }

  private static StoredPicture frame(byte[] encoded, Chunk chunk) throws IOException {
    return switch (chunk.type) {
      case "VP8 " -> Vp8Picture.open(encoded, chunk.start, chunk.end);
      case "VP8L" -> Lossless.open(encoded, chunk.start, chunk.end);
      default -> throw new IOException("expected a picture, found " + chunk.type);
    };
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
    return orientation;
  }

  @Override
  public long bytesToRead() {
    return frame.bytesToRead();
  }

  @Override
  public void read(RowSink rows) throws IOException {
    if (frame.width() == width && frame.height() == height) {
      frame.read(rows);
      return;
    }
    byte[] line = new byte[3 * width];
    for (int y = 0; y < top; y++) {
      rows.accept(y, line);
    }
    frame.read(
        (y, rgb) -> {
          System.arraycopy(rgb, 0, line, 3 * left, rgb.length);
          rows.accept(top + y, line);
        });
    Arrays.fill(line, (byte) 0);
    for (int y = top + frame.height(); y < height; y++) {
      rows.accept(y, line);
    }
  }

  /** A lossless picture, decoded by TwelveMonkeys. */
  private static final class Lossless extends RasterPicture {
    private static final int SIGNATURE = 0x2f;
    private static final int LARGEST_EDGE = 1 << 14;

    private final byte[] encoded;
    private final int start;
    private final int end;

    private Lossless(byte[] encoded, int start, int end, int width, int height) {
      super(width, height, ImageOrientation.UPRIGHT, 4L * width * height, false);
      this.encoded = encoded;
      this.start = start;
      this.end = end;
    }

    static Lossless open(byte[] encoded, int start, int end) throws IOException {
      if (end - start < 5 || encoded[start] != SIGNATURE) {
        throw new IOException("expected a lossless picture");
      }
      int sizes = Bytes.littleEndian32(encoded, start + 1);
      int width = 1 + (sizes & LARGEST_EDGE - 1);
      int height = 1 + (sizes >> 14 & LARGEST_EDGE - 1);
      return new Lossless(encoded, start, end, width, height);
    }

    /** Alone in a file, so that the reader applies no profile. */
    @Override
    BufferedImage readStored() throws IOException {
      int length = end - start;
      byte[] head =
          ("RIFF" + number(length + 12) + "WEBPVP8L" + number(length))
              .getBytes(StandardCharsets.ISO_8859_1);
      ImageReader reader = new WebPImageReaderSpi().createReaderInstance();
      reader.setInput(new Bits(head, encoded, start, end), true, true);
      reader.addIIOReadProgressListener(new InterruptedReading());
      try {
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    }

    /**
     * The reader looks ahead by 64 bits, and again takes those for what is behind the end, for ever
     * and at the price of an exception each: a few bytes that claim to be a large picture would
     * keep it busy for minutes. Here zeros follow, as many as it may look at.
     */
    private static final class Bits extends JoinedInputStream {
      private static final int LOOKAHEAD_BYTES = 16;

      Bits(byte[] head, byte[] encoded, int start, int end) {
        super(head, encoded, start, end);
      }

      @Override
      public int read(byte[] out, int offset, int length) throws IOException {
        int count = Math.max(0, super.read(out, offset, length));
        if (count == 0 && streamPos >= length()) {
          count = (int) Math.min(length, length() + LOOKAHEAD_BYTES - streamPos);
          if (count <= 0) {
            // As an EOFException itself, the reader would pass over it.
            throw new IOException("bits missing", new EOFException());
          }
          Arrays.fill(out, offset, offset + count, (byte) 0);
          streamPos += count;
        }
        int left = length - count;
        return left == 0 ? count : count + read(out, offset + count, left);
      }
    }

    private static String number(int value) {
      byte[] bytes = {
        (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
      };
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
