package io.github.close4j.embedding.internal;

/**
 * Standard normal draws as a function of (key, example, component), in float arithmetic whose every
 * step any machine rounds alike.
 *
 * <p>Block {@code b} of an example is {@code w = threefry4x32-13(counter = (b, 0, 0, 0), key = (key
 * low, key high, example low, example high))}. Sixteen blocks make a panel of 64 components: word
 * {@code j} of block {@code 16p + l} becomes component {@code 64p + 16j + l}. Words 0 and 1, and 2
 * and 3, become two normals each by Box and Muller:
 *
 * <pre>
 *   u = (float(a >>> 1) + 1/2) / 2^31      r = sqrt(-2 ln u)
 *   t = float(b) / 2^32                    r cos(2 pi t), r sin(2 pi t)
 * </pre>
 *
 * <p>The logarithm, sine and cosine are polynomials; draws differ from exact ones by less than
 * 1e-5. A draw's size is at most 6.7.
 *
 * <p>Source: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011,
 * for Threefry; the coefficients are those of src/test/python/noise_coefficients.py.
 */
final class Normals {
  static final int PANEL = 64;

  // Threefry's parity constant and rotations.
  static final int PARITY = 0x1BD11BDA;
  static final int R00 = 10;
  static final int R01 = 26;
  static final int R10 = 11;
  static final int R11 = 21;
  static final int R20 = 13;
  static final int R21 = 27;
  static final int R30 = 23;
  static final int R31 = 5;
  static final int R40 = 6;
  static final int R41 = 20;
  static final int R50 = 17;
  static final int R51 = 11;
  static final int R60 = 25;
  static final int R61 = 10;
  static final int R70 = 18;
  static final int R71 = 20;

  static final float HALF = 0.5f;
  static final float TWO_TO_MINUS_31 = 0x1p-31f;
  static final float TWO_TO_MINUS_32 = 0x1p-32f;

  // A float is 2^e·m with m from sqrt(1/2) to sqrt(2): its bits less those of sqrt(1/2) split so.
  static final int ROOT_HALF_BITS = 0x3F3504F3;
  static final int MANTISSA = 0x7FFFFF;
  static final int MANTISSA_BITS = 23;
  static final float MINUS_TWO_LN_2 = -1.3862944f;

  // -2 ln(1 + f) / f.
  static final float L0 = -1.9999999f;
  static final float L1 = 1.0000075f;
  static final float L2 = -0.66669214f;
  static final float L3 = 0.49937814f;
  static final float L4 = -0.39826697f;
  static final float L5 = 0.34556413f;
  static final float L6 = -0.32252496f;
  static final float L7 = 0.19790702f;

  // sin(pi t) / t and cos(pi t), in t².
  static final float S0 = 3.1415927f;
  static final float S1 = -5.1677103f;
  static final float S2 = 2.5500774f;
  static final float S3 = -0.5982904f;
  static final float S4 = 0.07765591f;
  static final float C0 = 0.99999994f;
  static final float C1 = -4.934793f;
  static final float C2 = 4.0584106f;
  static final float C3 = -1.3318729f;
  static final float C4 = 0.21968243f;

  private Normals() {}
}
