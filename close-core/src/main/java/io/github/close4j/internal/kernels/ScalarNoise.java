package io.github.close4j.internal.kernels;

/**
 * Noise in plain loops. HotSpot vectorises a loop over floats or ints whose arrays are all read and
 * written at the same index, so every step is one, and what it cannot vectorise, conversions on
 * older versions and the look-up of a logarithm, stands in loops of its own.
 */
final class ScalarNoise extends NoiseTile {
  private static final ThreadLocal<ScalarNoise> TILES = ThreadLocal.withInitial(ScalarNoise::new);

  /** 2 e ln 2 for every number e of zeros at the low end. */
  private static final float[] LOW_ZEROS = new float[Integer.SIZE];

  static {
    for (int e = 0; e < LOW_ZEROS.length; e++) {
      LOW_ZEROS[e] = e * Normals.TWO_LN_2;
    }
  }

  private final float[] logarithms = new float[BLOCKS];
  private final float[] ordered = new float[4 * BLOCKS];
  private final float[] sums = new float[4 * BLOCKS];
  private int filled;

  private ScalarNoise() {}

  /** The calling thread's tile. */
  static ScalarNoise ofThread() {
    return TILES.get();
  }

  @Override
  void makeNormals() {
    firstRounds(word0, word1, word2, word3, blocks, key0, key1, parity);
    secondRounds(word0, word1, word2, word3, blocks, key0, parity);
    lastRounds(word0, word1, word2, word3, blocks, key0, key1, parity);
    makePairs(word0, word1, normal0, normal1);
    makePairs(word2, word3, normal2, normal3);
  }

  private static void firstRounds(
      int[] w0, int[] w1, int[] w2, int[] w3, int blocks, int key0, int key1, int parity) {
    for (int i = 0; i < blocks; i++) {
      int x0 = w0[i] + key0;
      int x1 = w1[i] + key1;
      int x2 = w2[i];
      int x3 = w3[i];
      x0 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R00) ^ x0;
      x2 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R01) ^ x2;
      x0 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R10) ^ x0;
      x2 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R11) ^ x2;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R20) ^ x0;
      x2 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R21) ^ x2;
      x0 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R30) ^ x0;
      x2 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R31) ^ x2;
      w0[i] = x0 + key1;
      w1[i] = x1;
      w2[i] = x2;
      w3[i] = x3 + (parity + 1);
    }
  }

  private static void secondRounds(
      int[] w0, int[] w1, int[] w2, int[] w3, int blocks, int key0, int parity) {
    for (int i = 0; i < blocks; i++) {
      int x0 = w0[i];
      int x1 = w1[i];
      int x2 = w2[i];
      int x3 = w3[i];
      x0 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R40) ^ x0;
      x2 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R41) ^ x2;
      x0 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R50) ^ x0;
      x2 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R51) ^ x2;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R60) ^ x0;
      x2 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R61) ^ x2;
      x0 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R70) ^ x0;
      x2 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R71) ^ x2;
      w0[i] = x0;
      w1[i] = x1;
      w2[i] = x2 + parity;
      w3[i] = x3 + (key0 + 2);
    }
  }

  private static void lastRounds(
      int[] w0, int[] w1, int[] w2, int[] w3, int blocks, int key0, int key1, int parity) {
    for (int i = 0; i < blocks; i++) {
      int x0 = w0[i];
      int x1 = w1[i];
      int x2 = w2[i];
      int x3 = w3[i];
      x0 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R00) ^ x0;
      x2 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R01) ^ x2;
      x0 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R10) ^ x0;
      x2 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R11) ^ x2;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R20) ^ x0;
      x2 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R21) ^ x2;
      x0 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R30) ^ x0;
      x2 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R31) ^ x2;
      x1 += parity;
      x2 += key0;
      x3 += key1 + 3;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, Normals.R40) ^ x0;
      x2 += x3;
      x3 = Integer.rotateLeft(x3, Normals.R41) ^ x2;
      w0[i] = x0;
      w1[i] = x1;
      w2[i] = x2;
      w3[i] = x3;
    }
  }

  private void makePairs(int[] a, int[] b, float[] cosines, float[] sines) {
    lowZeros(a, logarithms, blocks);
    highBits(a, blocks);
    toFloats(a, cosines, blocks);
    toFloats(b, sines, blocks);
    radii(cosines, logarithms, blocks);
    turn(cosines, sines, blocks);
  }

  private static void lowZeros(int[] words, float[] logarithms, int blocks) {
    for (int i = 0; i < blocks; i++) {
      logarithms[i] = LOW_ZEROS[Integer.numberOfTrailingZeros(words[i] | Integer.MIN_VALUE)];
    }
  }

  private static void highBits(int[] words, int blocks) {
    for (int i = 0; i < blocks; i++) {
      words[i] >>>= Normals.LOW_BITS;
    }
  }

  private static void toFloats(int[] words, float[] floats, int blocks) {
    for (int i = 0; i < blocks; i++) {
      floats[i] = words[i];
    }
  }

  private static void radii(float[] radii, float[] logarithms, int blocks) {
    for (int i = 0; i < blocks; i++) {
      float g = radii[i] * Normals.TWO_TO_MINUS_25;
      float p = Normals.L6;
      p = p * g + Normals.L5;
      p = p * g + Normals.L4;
      p = p * g + Normals.L3;
      p = p * g + Normals.L2;
      p = p * g + Normals.L1;
      p = p * g + Normals.L0;
      radii[i] = (float) Math.sqrt(g * p + logarithms[i]);
    }
  }

  private static void turn(float[] radii, float[] turns, int blocks) {
    for (int i = 0; i < blocks; i++) {
      float t = turns[i] * Normals.TWO_TO_MINUS_32;
      float t2 = t * t;
      float s = Normals.S4;
      s = s * t2 + Normals.S3;
      s = s * t2 + Normals.S2;
      s = s * t2 + Normals.S1;
      s = s * t2 + Normals.S0;
      float c = Normals.C4;
      c = c * t2 + Normals.C3;
      c = c * t2 + Normals.C2;
      c = c * t2 + Normals.C1;
      c = c * t2 + Normals.C0;
      // Of the double angle.
      float sine = t * s;
      float twice = sine + sine;
      float radius = radii[i];
      radii[i] = radius * (1 - twice * sine);
      turns[i] = radius * (twice * c);
    }
  }

  @Override
  void addRun(float[] normals, int at, float stdDev, float[] values, int to, int count) {
    System.arraycopy(normals, at, ordered, filled, count);
    filled += count;
  }

  @Override
  void finish(float stdDev, float[] values, int start, int length) {
    System.arraycopy(values, start, sums, 0, length);
    addScaled(ordered, stdDev, sums, length);
    System.arraycopy(sums, 0, values, start, length);
    filled = 0;
  }

  private static void addScaled(float[] normals, float stdDev, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += stdDev * normals[i];
    }
  }
}
