package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.platform.Fp16Conversions;
import io.github.close4j.internal.tensor.DataType;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Our 16-bit floats against ONNX Runtime's. */
class HalfFloatRuntimeTest {

  @Test
  void all65536AreWidenedAlike() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      short half = (short) bits;
      assertSame(Fp16Conversions.fp16ToFloat(half), DataType.binary16ToFloat(half));
      assertSame(Fp16Conversions.bf16ToFloat(half), DataType.bfloat16ToFloat(half));
    }
  }

  private static void assertSame(float expected, float actual) {
    if (Float.isNaN(expected)) {
      assertTrue(Float.isNaN(actual));
    } else {
      assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(actual));
    }
  }

  @Test
  void floatsAreRoundedAlike() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertRounded(DataType.binary16ToFloat((short) bits));
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000_000; i++) {
      assertRounded(Float.intBitsToFloat(random.nextInt()));
    }
  }

  private static void assertRounded(float value) {
    if (!Float.isNaN(value)) {
      assertEquals(
          Fp16Conversions.floatToFp16(value),
          DataType.floatToBinary16(value),
          () -> "float " + value);
    }
  }
}
