package io.github.close4j.internal.tensor;

/**
 * Element types of tensors that this library reads; the names are those of safetensors. Beside
 * them, how 16-bit floats are widened and made. (JDK 20 has binary16 in {@code Float}.)
 */
public enum DataType {
  /** IEEE 754 binary64: statistics alone, no weights. */
  F64(8),
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary16. */
  F16(2),
  /** bfloat16: the upper half of a binary32. */
  BF16(2),
  /** Signed 64-bit integer. */
  I64(8);

  private static final int FRACTION_BITS = 10;
  private static final int FRACTION = (1 << FRACTION_BITS) - 1;
  private static final int EXPONENT = 0x1F;
  private static final int SIGN = 0x8000;

  /** From binary16's exponents to binary32's. */
  private static final int BIAS = 127 - 15;

  private static final int DROPPED_BITS = 23 - FRACTION_BITS;
  private static final float SMALLEST_SUBNORMAL = 0x1p-24f;

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether a 32-bit float holds every element exactly. */
  public boolean isFloat() {
    return this != I64 && this != F64;
  }

  /** Widens binary16, without rounding. */
  public static float binary16ToFloat(short half) {
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
   * Rounds to binary16, to the nearest, of two equally near to the even one; what rounds to 65 520
   * or more becomes infinite.
   */
  public static short floatToBinary16(float value) {
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

  /** Widens bfloat16, without rounding. */
  public static float bfloat16ToFloat(short half) {
    return Float.intBitsToFloat(half << 16);
  }
}
