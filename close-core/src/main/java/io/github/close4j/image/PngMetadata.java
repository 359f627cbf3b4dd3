package io.github.close4j.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * How a PNG says that it is turned: its {@code eXIf} chunk, EXIF in a text chunk as ImageMagick
 * writes it, and XMP. They may stand before or behind the pixels, as Pillow reads them.
 */
final class PngMetadata {
  private static final int SIGNATURE_BYTES = 8;
  private static final int CHUNK_BYTES = 12;
  // Pillow's limit of a text.
  private static final int LONGEST_TEXT = 1 << 20;
  private static final String RAW_PROFILE = "Raw profile type exif";
  private static final String XMP = "XML:com.adobe.xmp";

  private byte @Nullable [] exif;
  private byte @Nullable [] rawProfile;
  private byte @Nullable [] xmp;

  private PngMetadata() {}

  static ImageOrientation orientation(byte[] png) {
    PngMetadata metadata = new PngMetadata();
    long next = SIGNATURE_BYTES;
    while (next <= png.length - CHUNK_BYTES) {
      int start = (int) next + 8;
      long length = Bytes.bigEndian32(png, (int) next) & 0xffffffffL;
      next = start + length + Integer.BYTES;
      if (next > png.length) {
        break;
      }
      String type = new String(png, start - 4, 4, StandardCharsets.ISO_8859_1);
      if (!type.equals("IDAT")) {
        metadata.take(type, Arrays.copyOfRange(png, start, start + (int) length));
      }
    }
    byte @Nullable [] exif = metadata.exif == null ? metadata.rawProfile : metadata.exif;
    return ImageOrientation.of(exif, metadata.xmp);
  }

  private void take(String type, byte[] content) {
    switch (type) {
      case "eXIf" -> exif = content;
      case "tEXt" -> takeText(content, 0);
      case "zTXt" -> takeText(content, 1);
      case "iTXt" -> takeInternational(content);
      default -> {}
    }
  }

  /** A keyword, a zero, a byte for the compression if there is one, and the text. */
  private void takeText(byte[] content, int compression) {
    int zero = indexOfZero(content, 0);
    if (zero + 1 + compression > content.length) {
      return;
    }
    String keyword = new String(content, 0, zero, StandardCharsets.ISO_8859_1);
    byte[] text = Bytes.from(content, zero + 1 + compression);
    byte[] plain = compression == 0 ? text : inflated(text);
    switch (keyword) {
      case "exif" -> exif = compression == 0 ? plain : exif;
      case RAW_PROFILE -> rawProfile = hexLines(plain);
      case XMP -> xmp = plain;
      default -> {}
    }
  }

  /** Keyword, compression flag and method, language, translated keyword, text. */
  private void takeInternational(byte[] content) {
    int zero = indexOfZero(content, 0);
    if (!XMP.equals(new String(content, 0, zero, StandardCharsets.ISO_8859_1))) {
      return;
    }
    int text = indexOfZero(content, indexOfZero(content, zero + 3) + 1) + 1;
    if (text <= content.length) {
      boolean compressed = content[zero + 1] != 0;
      xmp = compressed ? inflated(Bytes.from(content, text)) : Bytes.from(content, text);
    }
  }

  /** The first zero from a position on, or the length if there is none. */
  private static int indexOfZero(byte[] content, int from) {
    int i = Math.min(from, content.length);
    while (i < content.length && content[i] != 0) {
      i++;
    }
    return i;
  }

  /** ImageMagick's form: an empty line, the kind, the length, and lines of hexadecimal digits. */
  private static byte @Nullable [] hexLines(byte[] text) {
    String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\n", 4);
    try {
      return lines.length < 4 ? null : HexFormat.of().parseHex(lines[3].replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] inflated(byte[] compressed) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(compressed);
      byte[] text = new byte[LONGEST_TEXT];
      return Arrays.copyOf(text, inflater.inflate(text));
    } catch (DataFormatException e) {
      return new byte[0];
    } finally {
      inflater.end();
    }
  }
}
