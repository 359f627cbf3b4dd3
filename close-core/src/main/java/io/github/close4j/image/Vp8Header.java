package io.github.close4j.image;

import java.io.EOFException;
import java.io.IOException;

/**
 * The header of a VP8 key frame: what holds for the whole picture; RFC 6386, sections 9 and 19.2.
 */
final class Vp8Header {
  static final int SEGMENTS = 4;
  private static final int FRAME_BYTES = 10;

  final int width;
  final int height;
  // Macroblock modes; the coefficients are in partitions of their own, row by row in turn.
  final Vp8Bits modes;
  final Vp8Bits[] partitions;

  final boolean mapsSegments;
  final int[] segmentProbabilities = {255, 255, 255};
  final int[] coefficientProbabilities = Vp8Tables.COEFFICIENTS.clone();
  // That a macroblock has coefficients; -1 where none says that it has not.
  final int skipProbability;

  // Steps of each segment: luma, luma's means, chroma; first coefficient and others.
  final int[][] luma = new int[SEGMENTS][2];
  final int[][] means = new int[SEGMENTS][2];
  final int[][] chroma = new int[SEGMENTS][2];

  final boolean filters;
  final boolean filtersSimply;
  final int sharpness;
  // Of each segment, without and with subblock modes.
  final int[][] filterLevels = new int[SEGMENTS][2];

  /** Reads a key frame's header that lies from start to end. */
  Vp8Header(byte[] data, int start, int end) throws IOException {
    int firstBytes = requireKeyFrame(data, start, end);
    width = Bytes.littleEndian16(data, start + 6) & 0x3fff;
    height = Bytes.littleEndian16(data, start + 8) & 0x3fff;
    int first = start + FRAME_BYTES;
    modes = new Vp8Bits(data, first, first + firstBytes);
    modes.number(2); // Colour space; whether values need clamping: they are clamped anyway.

    boolean segmented = modes.flag();
    int[] segmentQuantizers = new int[SEGMENTS];
    int[] segmentLevels = new int[SEGMENTS];
    boolean absolute = segmented;
    boolean maps = false;
    if (segmented) {
      maps = modes.flag();
      if (modes.flag()) {
        absolute = modes.flag();
        readSigned(segmentQuantizers, 7);
        readSigned(segmentLevels, 6);
      }
      for (int i = 0; maps && i < segmentProbabilities.length; i++) {
        segmentProbabilities[i] = modes.flag() ? modes.number(8) : 255;
      }
    }
    mapsSegments = maps;

    filtersSimply = modes.flag();
    int level = modes.number(6);
    filters = level > 0;
    sharpness = modes.number(3);
    int[] deltas = readFilterDeltas();
    partitions = partitions(data, first + firstBytes, end, 1 << modes.number(2));

    int quantizer = modes.number(7);
    int[] changes = new int[5];
    readSigned(changes, 4);
    for (int i = 0; i < SEGMENTS; i++) {
      setSteps(i, segmentQuantizers[i] + (absolute ? 0 : quantizer), changes);
      int base = segmentLevels[i] + (absolute ? 0 : level);
      filterLevels[i][0] = clip(base + deltas[0], 63);
      filterLevels[i][1] = clip(base + deltas[0] + deltas[1], 63);
    }
    modes.flag(); // Whether a later frame keeps the probabilities; there is none.
    readProbabilities();
    skipProbability = modes.flag() ? modes.number(8) : -1;
  }

  private static int requireKeyFrame(byte[] data, int start, int end) throws IOException {
    if (end - start < FRAME_BYTES) {
      throw new EOFException("no frame header");
    }
    int tag = Bytes.littleEndian16(data, start) | (data[start + 2] & 0xff) << 16;
    boolean shown = (tag & 0x11) == 0x10 && (tag >> 1 & 7) <= 3;
    if (!shown || !Bytes.startsWith(data, start + 3, "\u009d\1*")) {
      throw new IOException("expected a key frame that is shown");
    }
    int bytes = tag >> 5;
    if (bytes > end - start - FRAME_BYTES) {
      throw new EOFException("modes missing");
    }
    return bytes;
  }

  private void readSigned(int[] numbers, int bits) throws EOFException {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = modes.optionalSigned(bits);
    }
  }

  /** What a key frame's macroblocks, and those with subblock modes, add to the filter's level. */
  private int[] readFilterDeltas() throws EOFException {
    int[] frames = new int[4];
    int[] kinds = new int[4];
    boolean used = modes.flag();
    boolean changed = used && modes.flag();
    if (changed) {
      readSigned(frames, 6);
      readSigned(kinds, 6);
    }
    return new int[] {frames[0], kinds[0]};
  }

  private static Vp8Bits[] partitions(byte[] data, int sizes, int end, int count)
      throws EOFException {
    int start = sizes + 3 * (count - 1);
    if (start > end) {
      throw new EOFException("partitions missing");
    }
    Vp8Bits[] partitions = new Vp8Bits[count];
    for (int i = 0; i < count; i++) {
      int size = sizes + 3 * i;
      int bytes =
          i == count - 1
              ? end - start
              : Bytes.littleEndian16(data, size) | (data[size + 2] & 0xff) << 16;
      partitions[i] = new Vp8Bits(data, start, Math.min(end, start + bytes));
      start = Math.min(end, start + bytes);
    }
    return partitions;
  }

  private void setSteps(int segment, int index, int[] changes) {
    luma[segment][0] = Vp8Tables.DC_QUANTIZERS[clip(index + changes[0], 127)];
    luma[segment][1] = Vp8Tables.AC_QUANTIZERS[clip(index, 127)];
    means[segment][0] = 2 * Vp8Tables.DC_QUANTIZERS[clip(index + changes[1], 127)];
    int step = Vp8Tables.AC_QUANTIZERS[clip(index + changes[2], 127)];
    means[segment][1] = Math.max(8, step * 155 / 100);
    chroma[segment][0] = Vp8Tables.DC_QUANTIZERS[clip(index + changes[3], 117)];
    chroma[segment][1] = Vp8Tables.AC_QUANTIZERS[clip(index + changes[4], 127)];
  }

  private void readProbabilities() throws EOFException {
    for (int i = 0; i < coefficientProbabilities.length; i++) {
      if (modes.bit(Vp8Tables.COEFFICIENT_UPDATES[i]) == 1) {
        coefficientProbabilities[i] = modes.number(8);
      }
    }
  }

  private static int clip(int value, int largest) {
    return Math.max(0, Math.min(largest, value));
  }
}
