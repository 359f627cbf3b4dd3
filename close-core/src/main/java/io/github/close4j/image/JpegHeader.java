package io.github.close4j.image;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the segments before a JPEG's first scan say, read as libjpeg reads them: by their bytes and
 * lengths, whatever lies between them.
 *
 * @param width width as stored
 * @param height height as stored
 * @param components number of colour components: 1, 3 or 4
 * @param colour meaning of the components
 * @param orientation how the picture is turned upright
 * @param scans number of scans; more than one where the picture is refined
 * @param coefficientBytes what libjpeg keeps beside the heap while it refines the picture
 * @param head the segments that decoding needs, up to the first scan, without those of applications
 * @param scanStart where the first scan begins
 */
record JpegHeader(
    int width,
    int height,
    int components,
    Colour colour,
    ImageOrientation orientation,
    int scans,
    long coefficientBytes,
    byte[] head,
    int scanStart) {

  /** Meaning of a JPEG's components. */
  enum Colour {
    GREY,
    RGB,
    YCBCR,
    /** 255 minus the ink, as Pillow takes every JPEG of four components. */
    CMYK,
    YCCK,
    /** The ink itself, as in a TIFF file. */
    INKS
  }

  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int COMMENT = 0xfe;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int JFIF_LENGTH = 14;
  private static final int ADOBE_LENGTH = 12;
  private static final int ADOBE_TRANSFORM = 11;
  private static final String EXIF = "Exif\0\0";
  private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
  private static final byte[] START = {(byte) 0xff, (byte) START_OF_IMAGE};
  // Tells a decoder that components are as they are stored, so that it converts none.
  private static final byte[] AS_STORED = {
    (byte) 0xff, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  /**
   * Reads the header.
   *
   * @throws EOFException if the picture has no end marker: libjpeg then makes up the missing part,
   *     Pillow refuses it
   * @throws UnreadableVariantException if it is of a kind that is not read
   */
  static JpegHeader read(byte[] encoded) throws IOException {
    return new Reader(encoded).read(null);
  }

  /** The same with the meaning of the components known from elsewhere. */
  static JpegHeader read(byte[] encoded, Colour colour) throws IOException {
    return new Reader(encoded).read(colour);
  }

  /** Walks through the segments. */
  private static final class Reader {
    private final byte[] encoded;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private int position = START.length;
    private int frameStart = -1;
    private boolean progressive;
    private boolean jfif;
    private int adobeTransform = -1;
    private byte @Nullable [] exif;
    private byte @Nullable [] xmp;

    Reader(byte[] encoded) {
      this.encoded = encoded;
    }

    JpegHeader read(@Nullable Colour known) throws IOException {
      head.writeBytes(START);
      head.writeBytes(AS_STORED);
      int marker = nextMarker();
      while (marker != START_OF_SCAN) {
        if (hasSegment(marker)) {
          int start = position;
          segment(marker, start + 2, segmentEnd());
          position = segmentEnd();
          if (marker < APP0 || marker > APP15 && marker != COMMENT) {
            copy(start - 2, position);
          }
        }
        marker = nextMarker();
      }
      if (frameStart < 0) {
        throw new IOException("expected a frame header before the first scan, found none");
      }
      int end = segmentEnd();
      int scanned = encoded[position + 2] & 0xff;
      copy(position - 2, end);
      requireEnd(end);
      int components = encoded[frameStart + 5] & 0xff;
      boolean refined = progressive || scanned < components;
      return new JpegHeader(
          Bytes.bigEndian16(encoded, frameStart + 3),
          Bytes.bigEndian16(encoded, frameStart + 1),
          components,
          known == null ? colour(components) : known,
          ImageOrientation.of(exif, xmp),
          refined ? scans(end) : 1,
          refined ? coefficientBytes(components) : 0,
          head.toByteArray(),
          end);
    }

    private void copy(int from, int to) {
      head.write(encoded, from, to - from);
    }

    /** Moves behind the next marker, past anything between, as libjpeg does. */
    private int nextMarker() throws EOFException {
      while (true) {
        while (position < encoded.length && encoded[position] != (byte) 0xff) {
          position++;
        }
        while (position < encoded.length && encoded[position] == (byte) 0xff) {
          position++;
        }
        if (position >= encoded.length) {
          throw new EOFException("no scan");
        }
        int marker = encoded[position++] & 0xff;
        if (marker == END_OF_IMAGE) {
          throw new EOFException("no scan");
        }
        if (marker != 0) {
          return marker;
        }
      }
    }

    private static boolean hasSegment(int marker) {
      return marker > START_OF_SCAN || marker >= 0xc0 && marker < 0xd0;
    }

    private int segmentEnd() throws IOException {
      if (position + 2 > encoded.length) {
        throw new EOFException("no segment");
      }
      int length = Bytes.bigEndian16(encoded, position);
      if (length < 2) {
        throw new IOException("expected a segment of at least 2 bytes, found " + length);
      }
      if (position + length >= encoded.length) {
        throw new EOFException("segment cut off");
      }
      return position + length;
    }

    private void segment(int marker, int start, int end) throws IOException {
      int length = end - start;
      if (marker == APP0) {
        jfif |= length >= JFIF_LENGTH && Bytes.startsWith(encoded, start, "JFIF\0");
      } else if (marker == APP14 && length >= ADOBE_LENGTH) {
        // A later Adobe segment counts, one that is too short or another's does not.
        adobeTransform =
            Bytes.startsWith(encoded, start, "Adobe")
                ? encoded[start + ADOBE_TRANSFORM] & 0xff
                : adobeTransform;
      } else if (marker == APP1 && length >= EXIF.length()) {
        metadata(start, end);
      } else if (isFrame(marker)) {
        frame(marker, start, length);
      }
    }

    private void metadata(int start, int end) {
      if (Bytes.startsWith(encoded, start, EXIF)) {
        // A long block is cut into several segments.
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(exif == null ? new byte[0] : exif);
        int skipped = exif == null ? 0 : EXIF.length();
        joined.write(encoded, start + skipped, end - start - skipped);
        exif = joined.toByteArray();
      } else if (Bytes.startsWith(encoded, start, XMP)) {
        xmp = Arrays.copyOfRange(encoded, start + XMP.length(), end);
      }
    }

    private static boolean isFrame(int marker) {
      return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private void frame(int marker, int start, int length) throws IOException {
      if (frameStart >= 0) {
        throw new IOException("expected one frame header, found two");
      }
      if (length < 6 || length < 6 + 3 * (encoded[start + 5] & 0xff)) {
        throw new IOException("expected a whole frame header, found %d bytes".formatted(length));
      }
      switch (marker) {
        case 0xc0, 0xc1, 0xc2 -> progressive = marker == 0xc2;
        case 0xc3 -> throw new UnreadableVariantException("a lossless one");
        case 0xc9, 0xca, 0xcb -> throw new UnreadableVariantException("one in arithmetic coding");
        default -> throw new UnreadableVariantException("a hierarchical one");
      }
      if (encoded[start] != Byte.SIZE) {
        throw new UnreadableVariantException("one of %d bits a sample".formatted(encoded[start]));
      }
      int components = encoded[start + 5] & 0xff;
      if (components != 1 && components != 3 && components != 4) {
        throw new UnreadableVariantException("one of %d components".formatted(components));
      }
      frameStart = start;
    }

    /** The rule of libjpeg's {@code jdapimin.c}, which Pillow relies on. */
    private Colour colour(int components) {
      if (components == 1) {
        return Colour.GREY;
      }
      if (components == 4) {
        return adobeTransform <= 0 ? Colour.CMYK : Colour.YCCK;
      }
      boolean rgb = !jfif && (adobeTransform < 0 ? hasRgbIds() : adobeTransform == 0);
      return rgb ? Colour.RGB : Colour.YCBCR;
    }

    private boolean hasRgbIds() {
      return componentId(0) == 'R' && componentId(1) == 'G' && componentId(2) == 'B';
    }

    private int componentId(int component) {
      return encoded[frameStart + 6 + 3 * component] & 0xff;
    }

    private long coefficientBytes(int components) {
      int width = Bytes.bigEndian16(encoded, frameStart + 3);
      int height = Bytes.bigEndian16(encoded, frameStart + 1);
      int most = 1;
      int samples = 0;
      for (int i = 0; i < components; i++) {
        int factors = encoded[frameStart + 7 + 3 * i] & 0xff;
        int share = Math.max(factors >> 4, 1) * Math.max(factors & 15, 1);
        samples += share;
        most = Math.max(most, share);
      }
      return (long) width * height * Short.BYTES * samples / most;
    }

    private int scans(int firstScan) throws IOException {
      int scans = 1;
      position = firstScan;
      try {
        while (true) {
          int marker = nextMarker();
          scans += marker == START_OF_SCAN ? 1 : 0;
          position = hasSegment(marker) || marker == START_OF_SCAN ? segmentEnd() : position;
        }
      } catch (EOFException endOfImage) {
        return scans;
      }
    }

    private void requireEnd(int from) throws EOFException {
      // In a scan 0xff is followed by a zero or a restart marker, so the pair cannot be pixel data.
      for (int i = encoded.length - 2; i >= from; i--) {
        if ((encoded[i] & 0xff) == 0xff && (encoded[i + 1] & 0xff) == END_OF_IMAGE) {
          return;
        }
      }
      throw new EOFException("no end-of-image marker");
    }
  }
}
