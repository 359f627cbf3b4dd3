package io.github.close4j.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The formats that are read, told apart by their first bytes, never by a file's name. */
enum ImageFormat {
  /** Deflate grows 1032-fold at most, to pixels of one bit at least. */
  PNG("89504e470d0a1a0a", 1032 * 8),
  /** A block of 8 x 8 pixels takes one bit at least. */
  JPEG("ffd8ff", 8 * 8 * 8),
  /** A code takes three bits at least and stands for 4096 pixels at most. */
  GIF("47494638", 4096 * 8 / 3),
  /** A run takes two bytes and has 255 pixels at most. */
  BMP("424d", 128);

  /** What the formats are called in messages. */
  static final String READABLE = "a PNG, JPEG, GIF or BMP picture";

  private static final int SHOWN_BYTES = 8;
  private static final int FOUR_CC_OFFSET = 8;

  private final byte[] signature;
  private final int pixelsPerByte;

  ImageFormat(String signatureHex, int pixelsPerByte) {
    signature = HexFormat.of().parseHex(signatureHex);
    this.pixelsPerByte = pixelsPerByte;
  }

  /** The most pixels that encoded bytes can hold, whatever they claim to. */
  long mostPixels(byte[] encoded) {
    return (long) pixelsPerByte * encoded.length;
  }

  /** The format of an encoded picture, or nothing if it is none of these. */
  static Optional<ImageFormat> of(byte[] encoded) {
    return Arrays.stream(values()).filter(f -> startsWith(encoded, f.signature)).findFirst();
  }

  /** Describes bytes of no readable format for a message. */
  static String describe(byte[] encoded) {
    if (contains(encoded, 0, "RIFF") && contains(encoded, FOUR_CC_OFFSET, "WEBP")) {
      return "a WebP picture";
    }
    if (contains(encoded, 0, "II*\0") || contains(encoded, 0, "MM\0*")) {
      return "a TIFF picture";
    }
    if (contains(encoded, 4, "ftyp")) {
      return "an HEIF, AVIF or MP4 file";
    }
    byte[] head = Arrays.copyOf(encoded, Math.min(encoded.length, SHOWN_BYTES));
    String text = new String(head, StandardCharsets.US_ASCII).replaceAll("[^ -~]", ".");
    return "%d bytes that start with %s (\"%s\")"
        .formatted(encoded.length, HexFormat.ofDelimiter(" ").formatHex(head), text);
  }

  private static boolean contains(byte[] encoded, int offset, String ascii) {
    byte[] expected = ascii.getBytes(StandardCharsets.US_ASCII);
    int end = offset + expected.length;
    return encoded.length >= end
        && Arrays.equals(encoded, offset, end, expected, 0, expected.length);
  }

  private static boolean startsWith(byte[] encoded, byte[] signature) {
    return encoded.length >= signature.length
        && Arrays.equals(encoded, 0, signature.length, signature, 0, signature.length);
  }
}
