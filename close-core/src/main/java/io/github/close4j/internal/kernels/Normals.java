package io.github.close4j.internal.kernels;

/**
 * Standard normal draws as a function of (key, example, component), in float arithmetic whose every
 * step any machine rounds alike.
 *
 * <p>Block {@code l} of panel {@code p} of an example is {@code w = threefry4x32-13(counter = (l,
 * p, example low, example high), key = (key low, key high, 0, 0))}. Sixty-four blocks make a panel
 * of 256 components: word {@code j} of block {@code l} becomes component {@code 256p + 64j + l}.
 * Words 0 and 1, and 2 and 3, become two normals each by Box and Muller:
 *
 * <pre>
 *   u = 2^-e (1 - g), e the zeros at the low end of a, 31 at most, and g = (a >>> 8) / 2^25
 *   r = sqrt(-2 ln u) = sqrt(-2 ln(1 - g) + e 2 ln 2)
 *   t = float(b) / 2^32                  r cos(2 pi t), r sin(2 pi t)
 * </pre>
 *
 * <p>u is uniform between 0 and 1: half of all words have no zero at the low end, a quarter one,
 * and so on, whatever their upper bits. Where e is above 8 it overlaps those bits, and g then is
 * the middle of the interval that the bits below leave open. The logarithm, sine and cosine are
 * polynomials; draws differ from exact ones by less than 1e-5. A draw's size is at most 6.7.
 *
 * <p>This form has no step that needs a float's exponent, and works down long arrays, so that
 * HotSpot's own vectorisation reaches nearly all of it.
 *
 * <p>Source: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011,
 * for Threefry; the coefficients are those of src/test/python/noise_coefficients.py.
 */
final class Normals {
  /** Blocks of a panel. */
  static final int PANEL_BLOCKS = 64;

  /** Components of a panel. */
  static final int PANEL = 4 * PANEL_BLOCKS;

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

  static final int LOW_BITS = 8;
  static final float TWO_TO_MINUS_25 = 0x1p-25f;
  static final float TWO_TO_MINUS_32 = 0x1p-32f;

  /** 2 ln 2. */
  static final float TWO_LN_2 = 1.3862944f;

  // -2 ln(1 - g) / g.
  static final float L0 = 2.0000017f;
  static final float L1 = 0.99967486f;
  static final float L2 = 0.6768239f;
  static final float L3 = 0.3838075f;
  static final float L4 = 1.0110595f;
  static final float L5 = -1.2135867f;
  static final float L6 = 1.9390725f;

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
