package io.github.close4j.embedding.internal;

/** Plain loops: the definition of what every implementation gives. */
final class ScalarKernels implements RowKernels {

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void addNoise(
      long key, long example, float stdDev, float[] values, int offset, int length) {
    for (int panel = 0; panel < length; panel += Normals.PANEL) {
      for (int lane = 0; lane < LANES && panel + lane < length; lane++) {
        int block = panel / Normals.PANEL * LANES + lane;
        addBlock(key, example, block, stdDev, values, offset + panel + lane, offset + length);
      }
    }
  }

  /** Threefry4x32 with 13 rounds, then two pairs of normals. */
  private static void addBlock(
      long key, long example, int block, float stdDev, float[] values, int at, int end) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int k2 = (int) example;
    int k3 = (int) (example >>> 32);
    int k4 = Normals.PARITY ^ k0 ^ k1 ^ k2 ^ k3;
    int x0 = block + k0;
    int x1 = k1;
    int x2 = k2;
    int x3 = k3;

    x0 += x1;
    x1 = mix(x1, Normals.R00, x0);
    x2 += x3;
    x3 = mix(x3, Normals.R01, x2);
    x0 += x3;
    x3 = mix(x3, Normals.R10, x0);
    x2 += x1;
    x1 = mix(x1, Normals.R11, x2);
    x0 += x1;
    x1 = mix(x1, Normals.R20, x0);
    x2 += x3;
    x3 = mix(x3, Normals.R21, x2);
    x0 += x3;
    x3 = mix(x3, Normals.R30, x0);
    x2 += x1;
    x1 = mix(x1, Normals.R31, x2);
    x0 += k1;
    x1 += k2;
    x2 += k3;
    x3 += k4 + 1;

    x0 += x1;
    x1 = mix(x1, Normals.R40, x0);
    x2 += x3;
    x3 = mix(x3, Normals.R41, x2);
    x0 += x3;
    x3 = mix(x3, Normals.R50, x0);
    x2 += x1;
    x1 = mix(x1, Normals.R51, x2);
    x0 += x1;
    x1 = mix(x1, Normals.R60, x0);
    x2 += x3;
    x3 = mix(x3, Normals.R61, x2);
    x0 += x3;
    x3 = mix(x3, Normals.R70, x0);
    x2 += x1;
    x1 = mix(x1, Normals.R71, x2);
    x0 += k2;
    x1 += k3;
    x2 += k4;
    x3 += k0 + 2;

    x0 += x1;
    x1 = mix(x1, Normals.R00, x0);
    x2 += x3;
    x3 = mix(x3, Normals.R01, x2);
    x0 += x3;
    x3 = mix(x3, Normals.R10, x0);
    x2 += x1;
    x1 = mix(x1, Normals.R11, x2);
    x0 += x1;
    x1 = mix(x1, Normals.R20, x0);
    x2 += x3;
    x3 = mix(x3, Normals.R21, x2);
    x0 += x3;
    x3 = mix(x3, Normals.R30, x0);
    x2 += x1;
    x1 = mix(x1, Normals.R31, x2);
    x0 += k3;
    x1 += k4;
    x2 += k0;
    x3 += k1 + 3;

    x0 += x1;
    x1 = mix(x1, Normals.R40, x0);
    x2 += x3;
    x3 = mix(x3, Normals.R41, x2);

    addPair(x0, x1, stdDev, values, at, end);
    addPair(x2, x3, stdDev, values, at + 2 * LANES, end);
  }

  private static int mix(int word, int rotation, int other) {
    return Integer.rotateLeft(word, rotation) ^ other;
  }

  private static void addPair(int a, int b, float stdDev, float[] values, int at, int end) {
    if (at >= end) {
      return;
    }
    float radius = radius(a);
    float t = b * Normals.TWO_TO_MINUS_32;
    float t2 = t * t;
    float sine = t * sineOverT(t2);
    float cosine = cosine(t2);
    // Of the double angle.
    values[at] += stdDev * (radius * (1 - 2 * sine * sine));
    if (at + LANES < end) {
      values[at + LANES] += stdDev * (radius * (2 * sine * cosine));
    }
  }

  private static float radius(int word) {
    float u = ((word >>> 1) + Normals.HALF) * Normals.TWO_TO_MINUS_31;
    int bits = Float.floatToRawIntBits(u) - Normals.ROOT_HALF_BITS;
    float exponent = bits >> Normals.MANTISSA_BITS;
    float f = Float.intBitsToFloat((bits & Normals.MANTISSA) + Normals.ROOT_HALF_BITS) - 1;
    float p = Normals.L7;
    p = p * f + Normals.L6;
    p = p * f + Normals.L5;
    p = p * f + Normals.L4;
    p = p * f + Normals.L3;
    p = p * f + Normals.L2;
    p = p * f + Normals.L1;
    p = p * f + Normals.L0;
    return (float) Math.sqrt(f * p + exponent * Normals.MINUS_TWO_LN_2);
  }

  private static float sineOverT(float t2) {
    float p = Normals.S4;
    p = p * t2 + Normals.S3;
    p = p * t2 + Normals.S2;
    p = p * t2 + Normals.S1;
    return p * t2 + Normals.S0;
  }

  private static float cosine(float t2) {
    float p = Normals.C4;
    p = p * t2 + Normals.C3;
    p = p * t2 + Normals.C2;
    p = p * t2 + Normals.C1;
    return p * t2 + Normals.C0;
  }

  @Override
  public void add(float[] vector, float[] values, int offset) {
    for (int i = 0; i < vector.length; i++) {
      values[offset + i] += vector[i];
    }
  }

  @Override
  public void scale(float factor, float[] values, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      values[i] *= factor;
    }
  }

  // Sixteen variables, not an array: they stay in registers and are summed side by side.
  @Override
  public float sumOfSquares(float[] values, int offset, int length) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    float s8 = 0;
    float s9 = 0;
    float s10 = 0;
    float s11 = 0;
    float s12 = 0;
    float s13 = 0;
    float s14 = 0;
    float s15 = 0;
    for (int i = 0; i < length; i += LANES) {
      int at = offset + i;
      int left = length - i;
      s0 += square(values, at, left, 0);
      s1 += square(values, at, left, 1);
      s2 += square(values, at, left, 2);
      s3 += square(values, at, left, 3);
      s4 += square(values, at, left, 4);
      s5 += square(values, at, left, 5);
      s6 += square(values, at, left, 6);
      s7 += square(values, at, left, 7);
      s8 += square(values, at, left, 8);
      s9 += square(values, at, left, 9);
      s10 += square(values, at, left, 10);
      s11 += square(values, at, left, 11);
      s12 += square(values, at, left, 12);
      s13 += square(values, at, left, 13);
      s14 += square(values, at, left, 14);
      s15 += square(values, at, left, 15);
    }
    float even = ((s0 + s8) + (s4 + s12)) + ((s2 + s10) + (s6 + s14));
    float odd = ((s1 + s9) + (s5 + s13)) + ((s3 + s11) + (s7 + s15));
    return even + odd;
  }

  private static float square(float[] values, int at, int left, int lane) {
    float value = lane < left ? values[at + lane] : 0;
    return value * value;
  }
}
