package io.github.close4j.internal.kernels;

import java.util.Arrays;

/**
 * The noise of several panels at once, of one or of many examples, in long arrays that each step
 * runs down from end to end; see {@link Normals} for what it computes. Serves one thread.
 */
abstract class NoiseTile {
  /** Blocks that fit; a multiple of every vector's width. */
  static final int BLOCKS = 512;

  static final int PANELS = BLOCKS / Normals.PANEL_BLOCKS;

  private static final int[] BLOCK_NUMBERS = new int[Normals.PANEL_BLOCKS];

  static {
    Arrays.setAll(BLOCK_NUMBERS, i -> i);
  }

  /** The four words of each block: first the counters, then the random bits. */
  final int[] word0 = new int[BLOCKS];

  final int[] word1 = new int[BLOCKS];
  final int[] word2 = new int[BLOCKS];
  final int[] word3 = new int[BLOCKS];

  /** The four normals of each block. */
  final float[] normal0 = new float[BLOCKS];

  final float[] normal1 = new float[BLOCKS];
  final float[] normal2 = new float[BLOCKS];
  final float[] normal3 = new float[BLOCKS];

  /** The key's words that are not zero, and their parity. */
  int key0;

  int key1;
  int parity;

  /** Blocks in use. */
  int blocks;

  private final int[] widths = new int[PANELS];
  private int panels;

  /** Adds noise; see {@link RowKernels#addNoise}. */
  final void add(
      long key,
      long[] examples,
      int first,
      int rows,
      float stdDev,
      float[] values,
      int offset,
      int length) {
    key0 = (int) key;
    key1 = (int) (key >>> 32);
    parity = Normals.PARITY ^ key0 ^ key1;
    int start = offset;
    int end = offset;
    for (int row = 0; row < rows; row++) {
      for (int from = 0; from < length; from += Normals.PANEL) {
        int width = Math.min(Normals.PANEL, length - from);
        put(examples[first + row], from / Normals.PANEL, width);
        end += width;
        if (panels == PANELS) {
          addPanels(stdDev, values, start);
          start = end;
        }
      }
    }
    addPanels(stdDev, values, start);
  }

  private void put(long example, int panel, int width) {
    int count = Math.min(Normals.PANEL_BLOCKS, width);
    int end = blocks + count;
    System.arraycopy(BLOCK_NUMBERS, 0, word0, blocks, count);
    Arrays.fill(word1, blocks, end, panel);
    Arrays.fill(word2, blocks, end, (int) example);
    Arrays.fill(word3, blocks, end, (int) (example >>> 32));
    widths[panels++] = width;
    blocks = end;
  }

  private void addPanels(float stdDev, float[] values, int start) {
    makeNormals();
    int at = 0;
    int to = start;
    for (int panel = 0; panel < panels; panel++) {
      int width = widths[panel];
      addRun(normal0, at, stdDev, values, to, width, 0);
      addRun(normal1, at, stdDev, values, to, width, 1);
      addRun(normal2, at, stdDev, values, to, width, 2);
      addRun(normal3, at, stdDev, values, to, width, 3);
      at += Math.min(Normals.PANEL_BLOCKS, width);
      to += width;
    }
    finish(stdDev, values, start, to - start);
    panels = 0;
    blocks = 0;
  }

  private void addRun(
      float[] normals, int at, float stdDev, float[] values, int to, int width, int word) {
    int from = word * Normals.PANEL_BLOCKS;
    int count = Math.min(Normals.PANEL_BLOCKS, width - from);
    if (count > 0) {
      addRun(normals, at, stdDev, values, to + from, count);
    }
  }

  /** Turns the words of {@link #blocks} blocks into normals. */
  abstract void makeNormals();

  /** Adds {@code stdDev} times neighbouring normals to neighbouring values. */
  abstract void addRun(float[] normals, int at, float stdDev, float[] values, int to, int count);

  /** Called when all runs of {@code length} values from {@code start} were given. */
  abstract void finish(float stdDev, float[] values, int start, int length);
}
