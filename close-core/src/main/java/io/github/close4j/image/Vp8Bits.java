package io.github.close4j.image;

import java.io.EOFException;

/** VP8's arithmetic decoder of single bits; RFC 6386, section 7. */
final class Vp8Bits {
  private static final int EVEN = 128;

  private final byte[] data;
  private final int end;
  private int position;
  private int value;
  private int range = 255;
  // Bits of the value beyond the eight that are compared; below 0 where one is to be read.
  private int spare = -8;

  Vp8Bits(byte[] data, int start, int end) {
    this.data = data;
    this.position = start;
    this.end = end;
  }

  /** A bit that is 0 with so many 256ths of a chance. */
  int bit(int probability) throws EOFException {
    if (spare < 0) {
      if (position >= end) {
        throw new EOFException("bits missing");
      }
      value = value << 8 | (data[position++] & 0xff);
      spare += 8;
    }
    int split = 1 + ((range - 1) * probability >> 8);
    int bit = value >= split << spare ? 1 : 0;
    if (bit == 1) {
      range -= split;
      value -= split << spare;
    } else {
      range = split;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    spare -= shift;
    return bit;
  }

  boolean flag() throws EOFException {
    return bit(EVEN) == 1;
  }

  /** A number of so many bits. */
  int number(int bits) throws EOFException {
    int number = 0;
    for (int i = 0; i < bits; i++) {
      number = number << 1 | bit(EVEN);
    }
    return number;
  }

  /** A number of so many bits and its sign, if a flag says that there is one; else 0. */
  int optionalSigned(int bits) throws EOFException {
    if (!flag()) {
      return 0;
    }
    int number = number(bits);
    return flag() ? -number : number;
  }
}
