package io.github.close4j.image;

import org.jspecify.annotations.Nullable;

/**
 * Luma or chroma of a VP8 frame: predictions from the pixels above and to the left, and what is
 * added to them; RFC 6386, sections 12 and 14. Beyond the frame, pixels above are 127 and those to
 * the left 129.
 */
final class Vp8Plane {
  static final int LEFT_DOWN = 4;
  static final int RIGHT_DOWN = 5;
  static final int VERTICAL_RIGHT = 6;
  static final int VERTICAL_LEFT = 7;
  static final int HORIZONTAL_DOWN = 8;
  static final int HORIZONTAL_UP = 9;

  private static final int DC = 0;
  private static final int TRUE_MOTION = 1;
  private static final int VERTICAL = 2;
  private static final int BEYOND_TOP = 127;
  private static final int BEYOND_LEFT = 129;
  // Of the edge of a subblock: L K J I, the corner, A to H.
  private static final int CORNER = 4;
  // The cosine transform's sqrt(2) cos(pi/8) - 1 and sqrt(2) sin(pi/8), in units of 2^-16.
  private static final int COSINE = 20091;
  private static final int SINE = 35468;

  private final int width;
  private final byte[] pixels;
  private final int[] edge = new int[13];
  private final int[] half = new int[16];

  Vp8Plane(int width, int height) {
    this.width = width;
    this.pixels = new byte[Math.multiplyExact(width, height)];
  }

  int width() {
    return width;
  }

  /** Pixels row by row. */
  byte[] pixels() {
    return pixels;
  }

  private int at(int x, int y) {
    if (y < 0) {
      return BEYOND_TOP;
    }
    return x < 0 ? BEYOND_LEFT : pixels[y * width + x] & 0xff;
  }

  private void set(int x, int y, int value) {
    pixels[y * width + x] = clip(value);
  }

  static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  // Whole macroblocks -----------------------------------------------------------------------------

  /** Predicts a macroblock, of which this plane has {@code size} pixels each way. */
  void predict(int size, int column, int row, int mode) {
    int left = size * column;
    int top = size * row;
    int mean = mode == DC ? mean(size, left, top) : 0;
    int corner = at(left - 1, top - 1);
    for (int y = top; y < top + size; y++) {
      int before = at(left - 1, y);
      for (int x = left; x < left + size; x++) {
        int value =
            switch (mode) {
              case DC -> mean;
              case TRUE_MOTION -> before + at(x, top - 1) - corner;
              case VERTICAL -> at(x, top - 1);
              default -> before;
            };
        set(x, y, value);
      }
    }
  }

  /** Of the pixels above and to the left that are in the frame. */
  private int mean(int size, int left, int top) {
    int sum = 0;
    int count = 0;
    for (int i = 0; i < size && top > 0; i++, count++) {
      sum += at(left + i, top - 1);
    }
    for (int i = 0; i < size && left > 0; i++, count++) {
      sum += at(left - 1, top + i);
    }
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  // Subblocks of 4 x 4 ----------------------------------------------------------------------------

  /**
   * The four pixels above and to the right of a macroblock, which all subblocks at its right edge
   * take for theirs; at the frame's right edge the last pixel above repeats.
   */
  int[] aboveRight(int column, int row) {
    int[] four = new int[4];
    int x = 16 * column + 16;
    for (int i = 0; i < 4; i++) {
      four[i] = at(Math.min(x + i, width - 1), 16 * row - 1);
    }
    return four;
  }

  /**
   * Predicts a subblock.
   *
   * @param aboveRight the four pixels above and to its right; null for those of this plane
   */
  void predictSubblock(int left, int top, int mode, int @Nullable [] aboveRight) {
    for (int i = 0; i < 4; i++) {
      edge[i] = at(left - 1, top + 3 - i);
      edge[CORNER + 1 + i] = at(left + i, top - 1);
      edge[CORNER + 5 + i] = aboveRight == null ? at(left + 4 + i, top - 1) : aboveRight[i];
    }
    edge[CORNER] = at(left - 1, top - 1);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        set(left + x, top + y, predicted(mode, x, y));
      }
    }
  }

  private int predicted(int mode, int x, int y) {
    return switch (mode) {
      case DC -> (sum(0) + sum(CORNER + 1) + 4) >> 3;
      case TRUE_MOTION -> edge[3 - y] + edge[CORNER + 1 + x] - edge[CORNER];
      case VERTICAL -> smooth(CORNER + 1 + x);
      case LEFT_DOWN -> smooth(CORNER + 2 + x + y);
      case RIGHT_DOWN -> smooth(CORNER + x - y);
      case VERTICAL_RIGHT -> verticalRight(x, y);
      case VERTICAL_LEFT -> verticalLeft(x, y);
      case HORIZONTAL_DOWN -> horizontalDown(x, y);
      case HORIZONTAL_UP -> horizontalUp(x, y);
      default -> smooth(3 - y);
    };
  }

  private int sum(int from) {
    return edge[from] + edge[from + 1] + edge[from + 2] + edge[from + 3];
  }

  private int edge(int i) {
    return edge[Math.max(0, Math.min(edge.length - 1, i))];
  }

  /** Of three neighbours on the edge. */
  private int smooth(int i) {
    return (edge(i - 1) + 2 * edge(i) + edge(i + 1) + 2) >> 2;
  }

  /** Of a neighbour and the next. */
  private int between(int i) {
    return (edge(i) + edge(i + 1) + 1) >> 1;
  }

  private int verticalRight(int x, int y) {
    int i = 2 * x - y;
    if (i < 0) {
      return smooth(CORNER + 1 + i);
    }
    int above = CORNER + x - (y >> 1);
    return (y & 1) == 0 ? between(above) : smooth(above);
  }

  private int verticalLeft(int x, int y) {
    // The two pixels at the lower right continue the smoothed row, as the format has it.
    if (x == 3 && y >= 2) {
      return smooth(CORNER + 4 + y);
    }
    int above = CORNER + 1 + x + (y >> 1);
    return (y & 1) == 0 ? between(above) : smooth(above + 1);
  }

  private int horizontalDown(int x, int y) {
    int i = 2 * y - x;
    if (i < 0) {
      return smooth(CORNER - 1 - i);
    }
    int beside = CORNER - y + (x >> 1);
    return (x & 1) == 0 ? between(beside - 1) : smooth(beside);
  }

  private int horizontalUp(int x, int y) {
    int i = x + 2 * y;
    if (i > 5) {
      return edge[0];
    }
    int beside = 3 - y - (x >> 1);
    return (x & 1) == 0 ? between(beside - 1) : smooth(beside - 1);
  }

  // The inverse cosine transform ------------------------------------------------------------------

  /** Adds a transformed block of coefficients to a prediction of 4 x 4 pixels. */
  void add(int left, int top, short[] coefficients, int first) {
    for (int i = 0; i < 4; i++) {
      int in = first + i;
      int a = coefficients[in] + coefficients[in + 8];
      int b = coefficients[in] - coefficients[in + 8];
      int c = sine(coefficients[in + 4]) - cosine(coefficients[in + 12]);
      int d = cosine(coefficients[in + 4]) + sine(coefficients[in + 12]);
      half[4 * i] = a + d;
      half[4 * i + 1] = b + c;
      half[4 * i + 2] = b - c;
      half[4 * i + 3] = a - d;
    }
    for (int y = 0; y < 4; y++) {
      int a = half[y] + 4 + half[8 + y];
      int b = half[y] + 4 - half[8 + y];
      int c = sine(half[4 + y]) - cosine(half[12 + y]);
      int d = cosine(half[4 + y]) + sine(half[12 + y]);
      addTo(left, top + y, a + d);
      addTo(left + 1, top + y, b + c);
      addTo(left + 2, top + y, b - c);
      addTo(left + 3, top + y, a - d);
    }
  }

  private void addTo(int x, int y, int eighths) {
    int i = y * width + x;
    pixels[i] = clip((pixels[i] & 0xff) + (eighths >> 3));
  }

  private static int cosine(int value) {
    return (value * COSINE >> 16) + value;
  }

  private static int sine(int value) {
    return value * SINE >> 16;
  }
}
