package io.github.close4j.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Fields of encoded pictures. */
final class Bytes {
  private Bytes() {}

  /** Whether the characters, one a byte, lie at a position. */
  static boolean startsWith(byte[] data, int position, String text) {
    byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
    int end = position + expected.length;
    return position >= 0
        && data.length >= end
        && Arrays.equals(data, position, end, expected, 0, expected.length);
  }

  static byte[] from(byte[] data, int start) {
    return Arrays.copyOfRange(data, start, data.length);
  }

  static int bigEndian16(byte[] data, int position) {
    return (data[position] & 0xff) << 8 | (data[position + 1] & 0xff);
  }

  static int littleEndian16(byte[] data, int position) {
    return (data[position] & 0xff) | (data[position + 1] & 0xff) << 8;
  }

  static int bigEndian32(byte[] data, int position) {
    return bigEndian16(data, position) << 16 | bigEndian16(data, position + 2);
  }

  static int littleEndian32(byte[] data, int position) {
    return littleEndian16(data, position) | littleEndian16(data, position + 2) << 16;
  }
}
