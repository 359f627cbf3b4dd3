package io.github.close4j.image;

/**
 * VP8's loop filter, which smooths the edges of macroblocks and of their subblocks; RFC 6386,
 * section 15. It runs when all is decoded, because predictions read what is not filtered.
 */
final class Vp8LoopFilter {
  private final Vp8Header header;
  private final int columns;
  private final int rows;
  // Of each macroblock: its level, and whether its subblocks have edges.
  private final byte[] levels;
  private final boolean[] inner;

  Vp8LoopFilter(Vp8Header header, int columns, int rows) {
    this.header = header;
    this.columns = columns;
    this.rows = rows;
    levels = new byte[columns * rows];
    inner = new boolean[columns * rows];
  }

  void set(int column, int row, int level, boolean filtersInner) {
    levels[row * columns + column] = (byte) level;
    inner[row * columns + column] = filtersInner;
  }

  void apply(Vp8Plane luma, Vp8Plane blue, Vp8Plane red) {
    if (!header.filters) {
      return;
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int level = levels[row * columns + column];
        if (level > 0) {
          boolean hasInner = inner[row * columns + column];
          apply(new Edges(luma, level), 16, column, row, hasInner);
          if (!header.filtersSimply) {
            apply(new Edges(blue, level), 8, column, row, hasInner);
            apply(new Edges(red, level), 8, column, row, hasInner);
          }
        }
      }
    }
  }

  private static void apply(Edges edges, int size, int column, int row, boolean hasInner) {
    int width = edges.width;
    int start = row * size * width + column * size;
    if (column > 0) {
      edges.filter(start, 1, width, size, true);
    }
    for (int i = 4; hasInner && i < size; i += 4) {
      edges.filter(start + i, 1, width, size, false);
    }
    if (row > 0) {
      edges.filter(start, width, 1, size, true);
    }
    for (int i = 4; hasInner && i < size; i += 4) {
      edges.filter(start + i * width, width, 1, size, false);
    }
  }

  /** The edges of a plane at a level. */
  private final class Edges {
    private final byte[] pixels;
    private final int width;
    private final int interior;
    private final int limit;
    private final int highVariance;

    Edges(Vp8Plane plane, int level) {
      pixels = plane.pixels();
      width = plane.width();
      int sharp = header.sharpness;
      int most = sharp > 4 ? level >> 2 : sharp > 0 ? level >> 1 : level;
      most = sharp > 0 ? Math.min(most, 9 - sharp) : most;
      interior = Math.max(most, 1);
      limit = 2 * level + interior;
      highVariance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
    }

    /**
     * Filters along an edge.
     *
     * @param start the first pixel behind the edge
     * @param across from a pixel to the next across the edge
     * @param along from a pixel to the next along it
     * @param outer whether it is the edge of a macroblock
     */
    void filter(int start, int across, int along, int length, boolean outer) {
      int most = 2 * (limit + (outer ? 4 : 0)) + 1;
      for (int i = 0, p = start; i < length; i++, p += along) {
        if (!isSmooth(p, across, most)) {
          continue;
        }
        if (header.filtersSimply || hasHighVariance(p, across)) {
          changeTwo(p, across);
        } else if (outer) {
          changeSix(p, across);
        } else {
          changeFour(p, across);
        }
      }
    }

    private int at(int p) {
      return pixels[p] & 0xff;
    }

    private int step(int p, int q) {
      return Math.abs(at(p) - at(q));
    }

    private boolean isSmooth(int p, int s, int most) {
      if (4 * step(p - s, p) + step(p - 2 * s, p + s) > most) {
        return false;
      }
      return header.filtersSimply
          || (step(p - 4 * s, p - 3 * s) <= interior
              && step(p - 3 * s, p - 2 * s) <= interior
              && step(p - 2 * s, p - s) <= interior
              && step(p + 3 * s, p + 2 * s) <= interior
              && step(p + 2 * s, p + s) <= interior
              && step(p + s, p) <= interior);
    }

    private boolean hasHighVariance(int p, int s) {
      return step(p - 2 * s, p - s) > highVariance || step(p + s, p) > highVariance;
    }

    private void add(int p, int change) {
      pixels[p] = Vp8Plane.clip(at(p) + change);
    }

    private void changeTwo(int p, int s) {
      int a = 3 * (at(p) - at(p - s)) + clip(at(p - 2 * s) - at(p + s), 127);
      add(p - s, clip((a + 3) >> 3, 15));
      add(p, -clip((a + 4) >> 3, 15));
    }

    private void changeFour(int p, int s) {
      int a = 3 * (at(p) - at(p - s));
      int behind = clip((a + 4) >> 3, 15);
      int before = clip((a + 3) >> 3, 15);
      int half = (behind + 1) >> 1;
      add(p - 2 * s, half);
      add(p - s, before);
      add(p, -behind);
      add(p + s, -half);
    }

    private void changeSix(int p, int s) {
      int a = clip(3 * (at(p) - at(p - s)) + clip(at(p - 2 * s) - at(p + s), 127), 127);
      for (int i = 0; i < 3; i++) {
        int change = (9 * (3 - i) * a + 63) >> 7;
        add(p - (i + 1) * s, change);
        add(p + i * s, -change);
      }
    }

    /** To a signed number that is at most so large. */
    private static int clip(int value, int largest) {
      return Math.max(-largest - 1, Math.min(largest, value));
    }
  }
}
