package io.github.close4j.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** What files are that are mistaken for pictures, or are pictures that are not read. */
final class ForeignFormat {
  private static final int SHOWN_BYTES = 8;
  private static final int SEARCHED_BYTES = 1024;
  private static final int BRAND = 8;

  /** First bytes, one a character, and what begins with them. */
  private enum Start {
    JPEG_XL_CODESTREAM("\u00ff\n", "a JPEG XL picture"),
    JPEG_XL("\0\0\0\fJXL ", "a JPEG XL picture"),
    JPEG_2000("\0\0\0\fjP  ", "a JPEG 2000 picture"),
    JPEG_2000_CODESTREAM("\u00ffO\u00ffQ", "a JPEG 2000 picture"),
    JPEG_XR("II\u00bc", "a JPEG XR picture"),
    PHOTOSHOP("8BPS", "a Photoshop document (PSD)"),
    ICON("\0\0\1\0", "an icon (ICO)"),
    CURSOR("\0\0\2\0", "a cursor (CUR)"),
    APPLE_ICON("icns", "an icon (ICNS)"),
    PDF("%PDF", "a PDF document"),
    POSTSCRIPT("%!PS", "a PostScript document"),
    OPEN_EXR("v/1\1", "an OpenEXR picture"),
    RADIANCE("#?RADIANCE", "a Radiance HDR picture"),
    QOI("qoif", "a QOI picture"),
    DDS("DDS ", "a DirectDraw surface (DDS)"),
    MATROSKA("\u001aE\u00df\u00a3", "a WebM or Matroska video"),
    ZIP("PK\3\4", "a ZIP archive"),
    GZIP("\u001f\u008b", "gzipped data"),
    GIT_LFS("version https://git-lfs", "a Git LFS pointer in place of the file");

    private final String bytes;
    private final String name;

    Start(String bytes, String name) {
      this.bytes = bytes;
      this.name = name;
    }
  }

  private ForeignFormat() {}

  /** Describes bytes of no readable format for a message. */
  static String describe(byte[] encoded) {
    if (Bytes.startsWith(encoded, 4, "ftyp")) {
      return isoMedia(encoded);
    }
    for (Start start : Start.values()) {
      if (Bytes.startsWith(encoded, 0, start.bytes)) {
        return start.name;
      }
    }
    return netpbm(encoded) ? "a Netpbm picture (PBM, PGM, PPM)" : text(encoded);
  }

  /** A file in the form of MP4, told apart by its brand. */
  private static String isoMedia(byte[] encoded) {
    byte[] bytes = Arrays.copyOfRange(encoded, BRAND, Math.min(encoded.length, BRAND + 4));
    String brand = new String(bytes, StandardCharsets.US_ASCII);
    return switch (brand) {
      case "avif", "avis" -> "an AVIF picture";
      case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1" -> "an HEIC picture";
      case "crx " -> "a camera's raw picture (CR3)";
      default -> "an MP4 video or the like (brand %s)".formatted(printable(brand));
    };
  }

  private static boolean netpbm(byte[] encoded) {
    return encoded.length > 2
        && encoded[0] == 'P'
        && encoded[1] >= '1'
        && encoded[1] <= '7'
        && Character.isWhitespace(encoded[2]);
  }

  private static String text(byte[] encoded) {
    byte[] head = Arrays.copyOf(encoded, Math.min(encoded.length, SEARCHED_BYTES));
    String start = new String(head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    String trimmed = start.replaceFirst("^\u00ef\u00bb\u00bf", "").strip();
    boolean markup = trimmed.startsWith("<");
    if (markup && start.contains("<svg")) {
      return "an SVG drawing";
    }
    if (markup && (start.contains("<html") || start.contains("<!doctype html"))) {
      return "a web page (HTML)";
    }
    byte[] shown = Arrays.copyOf(encoded, Math.min(encoded.length, SHOWN_BYTES));
    return "%d bytes that start with %s (\"%s\")"
        .formatted(
            encoded.length,
            HexFormat.ofDelimiter(" ").formatHex(shown),
            printable(new String(shown, StandardCharsets.US_ASCII)));
  }

  private static String printable(String text) {
    return text.replaceAll("[^ -~]", ".");
  }
}
