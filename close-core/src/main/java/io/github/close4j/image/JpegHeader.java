package io.github.close4j.image;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the segments before a JPEG's first scan say about its pixels.
 *
 * @param colour meaning of the components
 * @param orientation EXIF orientation, 1 to 8; 1 where there is none
 */
record JpegHeader(Colour colour, int orientation) {

  /** Meaning of a JPEG's components. */
  enum Colour {
    GREY,
    RGB,
    YCBCR,
    CMYK,
    YCCK
  }

  private static final int SOF_COMPONENT_COUNT = 5;
  private static final int SOF_FIRST_COMPONENT = 6;
  private static final int SOF_COMPONENT_LENGTH = 3;
  private static final int ADOBE_TRANSFORM = 11;
  private static final int EXIF_TIFF_OFFSET = 6;
  private static final int ADOBE_NONE = 0;

  /**
   * Reads the header.
   *
   * @throws EOFException if the picture has no end marker: libjpeg then makes up the missing part,
   *     Pillow refuses it
   */
  static JpegHeader read(byte[] encoded) throws IOException {
    ByteArrayImageInputStream input = new ByteArrayImageInputStream(encoded);
    List<JPEGSegment> segments = JPEGSegmentUtil.readSegments(input, JPEGSegmentUtil.ALL_SEGMENTS);
    requireEnd(encoded, (int) input.getStreamPosition());
    return new JpegHeader(colour(segments), orientation(segments));
  }

  private static void requireEnd(byte[] encoded, int scanStart) throws EOFException {
    // In a scan 0xff is followed by a zero or a restart marker, so the pair cannot be pixel data.
    for (int i = encoded.length - 2; i >= scanStart; i--) {
      if ((encoded[i] & 0xff) == 0xff && (encoded[i + 1] & 0xff) == (JPEG.EOI & 0xff)) {
        return;
      }
    }
    throw new EOFException("no end-of-image marker");
  }

  /** libjpeg's rule, which Pillow relies on. */
  private static Colour colour(List<JPEGSegment> segments) throws IOException {
    byte[] frame = frame(segments);
    int components = frame[SOF_COMPONENT_COUNT] & 0xff;
    byte @Nullable [] adobe = segment(segments, JPEG.APP14, "Adobe", ADOBE_TRANSFORM + 1);
    boolean untransformed = adobe != null && adobe[ADOBE_TRANSFORM] == ADOBE_NONE;
    return switch (components) {
      case 1 -> Colour.GREY;
      case 3 -> {
        boolean jfif = segment(segments, JPEG.APP0, "JFIF", 0) != null;
        boolean rgb = !jfif && (adobe != null ? untransformed : hasRgbIds(frame));
        yield rgb ? Colour.RGB : Colour.YCBCR;
      }
      case 4 -> adobe == null || untransformed ? Colour.CMYK : Colour.YCCK;
      default -> throw new IOException("expected 1, 3 or 4 colour components, found " + components);
    };
  }

  private static byte[] frame(List<JPEGSegment> segments) throws IOException {
    for (JPEGSegment segment : segments) {
      if (isFrame(segment.marker())) {
        byte[] data = segment.data().readAllBytes();
        int components = data.length > SOF_COMPONENT_COUNT ? data[SOF_COMPONENT_COUNT] & 0xff : 0;
        if (data.length >= SOF_FIRST_COMPONENT + SOF_COMPONENT_LENGTH * components) {
          return data;
        }
      }
    }
    throw new IOException("expected a frame header before the first scan, found none");
  }

  private static boolean isFrame(int marker) {
    return marker >= JPEG.SOF0
        && marker <= JPEG.SOF15
        && marker != JPEG.DHT
        && marker != JPEG.DAC
        && marker != 0xffc8;
  }

  private static boolean hasRgbIds(byte[] frame) {
    return frame[SOF_FIRST_COMPONENT] == 'R'
        && frame[SOF_FIRST_COMPONENT + SOF_COMPONENT_LENGTH] == 'G'
        && frame[SOF_FIRST_COMPONENT + 2 * SOF_COMPONENT_LENGTH] == 'B';
  }

  private static int orientation(List<JPEGSegment> segments) throws IOException {
    byte @Nullable [] exif = segment(segments, JPEG.APP1, "Exif", EXIF_TIFF_OFFSET);
    return exif == null ? ImageOrientation.UPRIGHT : orientation(exif);
  }

  private static int orientation(byte[] exif) {
    int length = exif.length - EXIF_TIFF_OFFSET;
    try {
      Directory directory =
          new TIFFReader().read(new ByteArrayImageInputStream(exif, EXIF_TIFF_OFFSET, length));
      // The first directory is the picture's, the second its thumbnail's.
      Directory first =
          directory instanceof CompoundDirectory all ? all.getDirectory(0) : directory;
      Entry entry = first.getEntryById(TIFF.TAG_ORIENTATION);
      return entry != null && entry.getValue() instanceof Number value
          ? ImageOrientation.orUpright(value.intValue())
          : ImageOrientation.UPRIGHT;
    } catch (IOException | RuntimeException e) {
      // Damaged metadata does not make a picture unreadable.
      return ImageOrientation.UPRIGHT;
    }
  }

  private static byte @Nullable [] segment(
      List<JPEGSegment> segments, int marker, String identifier, int minLength) throws IOException {
    for (JPEGSegment segment : segments) {
      if (segment.marker() == marker && identifier.equals(segment.identifier())) {
        byte[] content = segment.segmentData().readAllBytes();
        return content.length >= minLength ? content : null;
      }
    }
    return null;
  }
}
