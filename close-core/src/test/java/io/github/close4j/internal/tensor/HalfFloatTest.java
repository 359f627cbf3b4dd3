package io.github.close4j.internal.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HalfFloatTest {

  /** IEEE 754's definition: (−1)^s · 2^(e − 15) · 1.f, or 2^−14 · 0.f where e is 0. */
  private static double definition(int half) {
    int exponent = half >> 10 & 0x1f;
    double fraction = (half & 0x3ff) / 1024.0;
    double sign = (half & 0x8000) == 0 ? 1 : -1;
    if (exponent == 0x1f) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * Math.pow(2, -14) * fraction
        : sign * Math.pow(2, exponent - 15) * (1 + fraction);
  }

  @Test
  void all65536AreWidenedAsDefined() {
    for (int half = 0; half < 1 << 16; half++) {
      assertEquals(
          definition(half), DataType.binary16ToFloat((short) half), Integer.toHexString(half));
    }
  }

  @Test
  void whatIsNoNaNComesBack() {
    for (int half = 0; half < 1 << 16; half++) {
      float wide = DataType.binary16ToFloat((short) half);
      short back = DataType.floatToBinary16(wide);
      if (Float.isNaN(wide)) {
        assertTrue(Float.isNaN(DataType.binary16ToFloat(back)));
        assertEquals(half & 0x8000, back & 0x8000, "the sign of NaN");
      } else {
        assertEquals((short) half, back);
      }
    }
  }

  /** Both sides of each half, of each middle between two, and 2 million floats of all sizes. */
  @Test
  void floatsAreRoundedToTheNearest() {
    for (int half = 0; half < 0x7c00; half++) {
      float exact = (float) definition(half);
      float middle = (float) ((definition(half) + above(half)) / 2);
      for (float value : new float[] {exact, middle}) {
        for (float near : new float[] {Math.nextDown(value), value, Math.nextUp(value)}) {
          assertRounded(near);
          assertRounded(-near);
        }
      }
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isNaN(value)) {
        assertRounded(value);
      }
    }
    assertRounded(Float.MAX_VALUE);
    assertRounded(Float.MIN_VALUE);
    assertRounded(Float.POSITIVE_INFINITY);
  }

  /** The next half, where the one above the largest is what rounding takes it for, 65 536. */
  private static double above(int half) {
    return half == 0x7bff ? 65_536 : definition(half + 1);
  }

  private static void assertRounded(float value) {
    double magnitude = Math.abs((double) value);
    int low = 0;
    int high = 0x7c00;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (definition(middle) <= magnitude) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double below = magnitude - definition(low);
    double over = above(low) - magnitude;
    boolean up = over < below || (over == below && (low & 1) == 1);
    int expected = (value < 0 ? 0x8000 : 0) | (up ? low + 1 : low);
    if (value == 0) {
      expected = Float.floatToRawIntBits(value) >>> 16;
    }
    assertEquals((short) expected, DataType.floatToBinary16(value), () -> "float " + value);
  }

  @Test
  void bfloat16IsTheUpperHalfOfAFloat() {
    for (int half = 0; half < 1 << 16; half++) {
      float wide = DataType.bfloat16ToFloat((short) half);
      assertEquals(half << 16, Float.floatToRawIntBits(wide));
    }
  }
}
