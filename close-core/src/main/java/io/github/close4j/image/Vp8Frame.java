package io.github.close4j.image;

import io.github.close4j.internal.io.Interruption;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes a VP8 key frame into planes of luma and chroma: for each macroblock of 16 x 16 pixels its
 * modes, its coefficients, a prediction from its neighbours and what is added to it; then the loop
 * filter over all. RFC 6386; where that leaves room, as libwebp.
 */
final class Vp8Frame {
  private static final int DC = 0;
  private static final int TRUE_MOTION = 1;
  private static final int VERTICAL = 2;
  private static final int HORIZONTAL = 3;

  // Four of luma, two of each chroma, one of means.
  private static final int LEFT_CONTEXTS = 9;

  // Kinds of blocks of coefficients.
  private static final int LUMA_WITHOUT_MEAN = 0;
  private static final int MEANS = 1;
  private static final int CHROMA = 2;
  private static final int LUMA = 3;
  private static final int BANDS = 8;
  private static final int CONTEXTS = 3;
  private static final int BRANCHES = 11;
  private static final int[] BAND = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7};
  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  private static final int[][] LARGE_VALUES = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private final Vp8Header header;
  private final int columns;
  private final int rows;
  private final Vp8Plane luma;
  private final Vp8Plane blue;
  private final Vp8Plane red;
  private final Vp8LoopFilter filter;

  // What the neighbours above and to the left were, for contexts.
  private final int[] modesAbove;
  private final int[] modesLeft = new int[4];
  private final boolean[] coefficientsAbove;
  private final boolean[] coefficientsLeft = new boolean[LEFT_CONTEXTS];

  // Of the macroblock under way: 16 blocks of luma, 4 of each chroma, one of means.
  private final short[] coefficients = new short[25 * 16];
  private final int[] subblockModes = new int[16];

  Vp8Frame(Vp8Header header) {
    this.header = header;
    columns = (header.width + 15) / 16;
    rows = (header.height + 15) / 16;
    luma = new Vp8Plane(16 * columns, 16 * rows);
    blue = new Vp8Plane(8 * columns, 8 * rows);
    red = new Vp8Plane(8 * columns, 8 * rows);
    filter = new Vp8LoopFilter(header, columns, rows);
    modesAbove = new int[4 * columns];
    coefficientsAbove = new boolean[LEFT_CONTEXTS * columns];
  }

  /** About how many bytes a frame of this size takes. */
  static long bytes(int width, int height) {
    return ((long) width + 16) * (height + 16) * 8 / 5;
  }

  Vp8Plane luma() {
    return luma;
  }

  Vp8Plane blue() {
    return blue;
  }

  Vp8Plane red() {
    return red;
  }

  void decode() throws IOException {
    for (int y = 0; y < rows; y++) {
      Interruption.requireNone();
      Arrays.fill(modesLeft, DC);
      Arrays.fill(coefficientsLeft, false);
      Vp8Bits partition = header.partitions[y & header.partitions.length - 1];
      for (int x = 0; x < columns; x++) {
        decodeMacroblock(x, y, partition);
      }
    }
    filter.apply(luma, blue, red);
  }

  private void decodeMacroblock(int x, int y, Vp8Bits partition) throws EOFException {
    Vp8Bits modes = header.modes;
    int segment = header.mapsSegments ? readSegment(modes) : 0;
    boolean skips = header.skipProbability >= 0 && modes.bit(header.skipProbability) == 1;
    boolean inSubblocks = modes.bit(145) == 0;
    int lumaMode = inSubblocks ? readSubblockModes(modes, x) : readLumaMode(modes, x);
    int chromaMode = readChromaMode(modes);

    Arrays.fill(coefficients, (short) 0);
    boolean changes = false;
    if (skips) {
      clearContexts(x, !inSubblocks);
    } else {
      changes = readCoefficients(partition, x, segment, inSubblocks);
    }
    if (inSubblocks) {
      predictSubblocks(x, y);
    } else {
      luma.predict(16, x, y, lumaMode);
      for (int i = 0; i < 16; i++) {
        luma.add(16 * x + 4 * (i & 3), 16 * y + 4 * (i >> 2), coefficients, 16 * i);
      }
    }
    addChroma(blue, x, y, chromaMode, 16);
    addChroma(red, x, y, chromaMode, 20);
    filter.set(x, y, header.filterLevels[segment][inSubblocks ? 1 : 0], inSubblocks || changes);
  }

  // Modes -----------------------------------------------------------------------------------------

  private int readSegment(Vp8Bits modes) throws EOFException {
    int[] probabilities = header.segmentProbabilities;
    return modes.bit(probabilities[0]) == 0
        ? modes.bit(probabilities[1])
        : 2 + modes.bit(probabilities[2]);
  }

  private int readLumaMode(Vp8Bits modes, int x) throws EOFException {
    int mode;
    if (modes.bit(156) == 1) {
      mode = modes.bit(128) == 1 ? TRUE_MOTION : HORIZONTAL;
    } else {
      mode = modes.bit(163) == 1 ? VERTICAL : DC;
    }
    Arrays.fill(modesAbove, 4 * x, 4 * x + 4, mode);
    Arrays.fill(modesLeft, mode);
    return mode;
  }

  private static int readChromaMode(Vp8Bits modes) throws EOFException {
    if (modes.bit(142) == 0) {
      return DC;
    }
    if (modes.bit(114) == 0) {
      return VERTICAL;
    }
    return modes.bit(183) == 1 ? TRUE_MOTION : HORIZONTAL;
  }

  private int readSubblockModes(Vp8Bits modes, int x) throws EOFException {
    for (int i = 0; i < 16; i++) {
      int above = 4 * x + (i & 3);
      int left = i >> 2;
      int mode = readSubblockMode(modes, 9 * (10 * modesAbove[above] + modesLeft[left]));
      subblockModes[i] = mode;
      modesAbove[above] = mode;
      modesLeft[left] = mode;
    }
    return DC;
  }

  private static int readSubblockMode(Vp8Bits modes, int table) throws EOFException {
    int[] probabilities = Vp8Tables.SUBBLOCK_MODES;
    for (int mode = DC; mode < HORIZONTAL; mode++) {
      if (modes.bit(probabilities[table + mode]) == 0) {
        return mode;
      }
    }
    if (modes.bit(probabilities[table + 3]) == 0) {
      return modes.bit(probabilities[table + 4]) == 0
          ? HORIZONTAL
          : Vp8Plane.RIGHT_DOWN + modes.bit(probabilities[table + 5]);
    }
    if (modes.bit(probabilities[table + 6]) == 0) {
      return Vp8Plane.LEFT_DOWN;
    }
    return modes.bit(probabilities[table + 7]) == 0
        ? Vp8Plane.VERTICAL_LEFT
        : Vp8Plane.HORIZONTAL_DOWN + modes.bit(probabilities[table + 8]);
  }

  // Coefficients ----------------------------------------------------------------------------------

  /** Without coefficients; that of the means stays where the macroblock has no means. */
  private void clearContexts(int x, boolean hasMeans) {
    int kept = hasMeans ? LEFT_CONTEXTS : LEFT_CONTEXTS - 1;
    Arrays.fill(coefficientsLeft, 0, kept, false);
    Arrays.fill(coefficientsAbove, LEFT_CONTEXTS * x, LEFT_CONTEXTS * x + kept, false);
  }

  /** Reads all blocks; whether any coefficient may not be 0. */
  private boolean readCoefficients(Vp8Bits bits, int x, int segment, boolean inSubblocks)
      throws EOFException {
    boolean changes = false;
    int kind = inSubblocks ? LUMA : LUMA_WITHOUT_MEAN;
    if (!inSubblocks) {
      readBlock(bits, x, 8, 8, MEANS, 24, header.means[segment]);
      spreadMeans();
    }
    for (int i = 0; i < 16; i++) {
      changes |= readBlock(bits, x, i & 3, i >> 2, kind, i, header.luma[segment]);
    }
    for (int i = 0; i < 8; i++) {
      int plane = 4 + 2 * (i >> 2);
      int column = plane + (i & 1);
      int row = plane + (i >> 1 & 1);
      changes |= readBlock(bits, x, column, row, CHROMA, 16 + i, header.chroma[segment]);
    }
    return changes;
  }

  /**
   * Reads one block.
   *
   * @param above which of the contexts above it is
   * @param left which of the contexts to the left
   * @return whether any of its coefficients may not be 0
   */
  private boolean readBlock(
      Vp8Bits bits, int x, int above, int left, int kind, int block, int[] steps)
      throws EOFException {
    int first = kind == LUMA_WITHOUT_MEAN ? 1 : 0;
    int aboveIndex = LEFT_CONTEXTS * x + above;
    int context = (coefficientsAbove[aboveIndex] ? 1 : 0) + (coefficientsLeft[left] ? 1 : 0);
    int end = readBlock(bits, kind, context, first, 16 * block, steps);
    boolean any = end > first;
    coefficientsAbove[aboveIndex] = any;
    coefficientsLeft[left] = any;
    return end > 1 || coefficients[16 * block] != 0;
  }

  private static int branches(int kind, int index, int context) {
    return ((kind * BANDS + BAND[index]) * CONTEXTS + context) * BRANCHES;
  }

  /** Reads coefficients until their end; the index behind the last. */
  private int readBlock(Vp8Bits bits, int kind, int context, int first, int out, int[] steps)
      throws EOFException {
    int[] chances = header.coefficientProbabilities;
    int p = first < 16 ? branches(kind, first, context) : 0;
    for (int i = first; i < 16; i++) {
      if (bits.bit(chances[p]) == 0) {
        return i;
      }
      while (bits.bit(chances[p + 1]) == 0) {
        if (++i == 16) {
          return 16;
        }
        p = branches(kind, i, 0);
      }
      boolean one = bits.bit(chances[p + 2]) == 0;
      int value = one ? 1 : readLargeValue(bits, chances, p);
      value = bits.flag() ? -value : value;
      coefficients[out + ZIGZAG[i]] = (short) (value * steps[i > 0 ? 1 : 0]);
      p = i < 15 ? branches(kind, i + 1, one ? 1 : 2) : 0;
    }
    return 16;
  }

  private static int readLargeValue(Vp8Bits bits, int[] chances, int p) throws EOFException {
    if (bits.bit(chances[p + 3]) == 0) {
      return bits.bit(chances[p + 4]) == 0 ? 2 : 3 + bits.bit(chances[p + 5]);
    }
    if (bits.bit(chances[p + 6]) == 0) {
      if (bits.bit(chances[p + 7]) == 0) {
        return 5 + bits.bit(159);
      }
      return 7 + 2 * bits.bit(165) + bits.bit(145);
    }
    int high = bits.bit(chances[p + 8]);
    int category = 2 * high + bits.bit(chances[p + 9 + high]);
    int extra = 0;
    for (int probability : LARGE_VALUES[category]) {
      extra = 2 * extra + bits.bit(probability);
    }
    return 3 + (8 << category) + extra;
  }

  /** The Walsh-Hadamard transform of the means, each to the first coefficient of its block. */
  private void spreadMeans() {
    int[] half = new int[16];
    for (int i = 0; i < 4; i++) {
      int in = 24 * 16 + i;
      int a = coefficients[in] + coefficients[in + 12];
      int b = coefficients[in + 4] + coefficients[in + 8];
      int c = coefficients[in + 4] - coefficients[in + 8];
      int d = coefficients[in] - coefficients[in + 12];
      half[i] = a + b;
      half[4 + i] = d + c;
      half[8 + i] = a - b;
      half[12 + i] = d - c;
    }
    for (int i = 0; i < 4; i++) {
      int a = half[4 * i] + 3 + half[4 * i + 3];
      int b = half[4 * i + 1] + half[4 * i + 2];
      int c = half[4 * i + 1] - half[4 * i + 2];
      int d = half[4 * i] + 3 - half[4 * i + 3];
      int[] sums = {a + b, d + c, a - b, d - c};
      for (int k = 0; k < 4; k++) {
        coefficients[16 * (4 * i + k)] = (short) (sums[k] >> 3);
      }
    }
  }

  // Pixels ----------------------------------------------------------------------------------------

  private void addChroma(Vp8Plane plane, int x, int y, int mode, int block) {
    plane.predict(8, x, y, mode);
    for (int i = 0; i < 4; i++) {
      plane.add(8 * x + 4 * (i & 1), 8 * y + 4 * (i >> 1), coefficients, 16 * (block + i));
    }
  }

  private void predictSubblocks(int x, int y) {
    int[] aboveRight = luma.aboveRight(x, y);
    for (int i = 0; i < 16; i++) {
      int left = 16 * x + 4 * (i & 3);
      int top = 16 * y + 4 * (i >> 2);
      luma.predictSubblock(left, top, subblockModes[i], (i & 3) == 3 ? aboveRight : null);
      luma.add(left, top, coefficients, 16 * i);
    }
  }
}
