package io.github.close4j.internal.tensor;

/** 16-bit floats: IEEE 754 binary16 and bfloat16. (JDK 20 has the former in {@code Float}.) */
public final class HalfFloat {
  private static final int FRACTION_BITS = 10;
  private static final int FRACTION = (1 << FRACTION_BITS) - 1;
  private static final int EXPONENT = 0x1F;
  private static final int SIGN = 0x8000;

  /** From binary16's exponents to binary32's. */
  private static final int BIAS = 127 - 15;

  private static final int DROPPED_BITS = 23 - FRACTION_BITS;
  private static final float SMALLEST_SUBNORMAL = 0x1p-24f;

  private HalfFloat() {}

  /**
   * Widens binary16, without rounding.
   *
   * @param half the 16 bits
   * @return the same number
   */
  public static float toFloat(short half) {
    int exponent = half >> FRACTION_BITS & EXPONENT;
    int fraction = half & FRACTION;
    int sign = (half & SIGN) << 16;
    if (exponent == 0) {
      float magnitude = fraction * SMALLEST_SUBNORMAL;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == EXPONENT ? 0xFF : exponent + BIAS;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << DROPPED_BITS);
  }

  /**
   * Rounds to binary16, to the nearest, of two equally near to the even one.
   *
   * @param value any number; what rounds to 65 520 or more becomes infinite
   * @return the 16 bits
   */
  public static short ofFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & SIGN;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | EXPONENT << FRACTION_BITS | 1 << (FRACTION_BITS - 1));
    }
    if (magnitude >= 65_520) {
      return (short) (sign | EXPONENT << FRACTION_BITS);
    }
    if (magnitude < 0x1p-14f) {
      // Multiplying by a power of two is exact, and rint rounds halves to even.
      return (short) (sign | (int) Math.rint(magnitude / SMALLEST_SUBNORMAL));
    }
    int kept = (bits & 0x7FFF_FFFF) - (BIAS << 23);
    int odd = kept >> DROPPED_BITS & 1;
    return (short) (sign | kept + (1 << (DROPPED_BITS - 1)) - 1 + odd >> DROPPED_BITS);
  }

  /**
   * Widens bfloat16, the upper half of a binary32, without rounding.
   *
   * @param half the 16 bits
   * @return the same number
   */
  public static float ofBfloat16(short half) {
    return Float.intBitsToFloat(half << 16);
  }
}
