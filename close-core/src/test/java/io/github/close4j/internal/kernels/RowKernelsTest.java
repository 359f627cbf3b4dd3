package io.github.close4j.internal.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The tests run with the vector module added; so both implementations are here to compare. */
class RowKernelsTest {
  private static final RowKernels SCALAR = RowKernels.scalar();
  private static final RowKernels VECTOR = RowKernels.active();

  /** Not by way of the kernels: on JDK 17 they have the scalar noise, which is faster there. */
  private static final NoiseTile VECTOR_NOISE = vectorNoise();

  private static final int[] LENGTHS = {0, 1, 7, 13, 16, 17, 63, 64, 65, 207, 512, 768, 1024, 4098};

  private static NoiseTile vectorNoise() {
    try {
      Class<?> type = Class.forName(NoiseTile.class.getPackageName() + ".VectorNoise");
      Method ofThread = type.getDeclaredMethod("ofThread");
      return (NoiseTile) ofThread.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theVectorKernelsAreChosenWhereTheModuleIs() {
    assertEquals("scalar", SCALAR.name());
    assertTrue(VECTOR.name().startsWith("vectors of "), VECTOR.name());
  }

  @Test
  void awkwardLengthsGiveTheSameBits() {
    for (int length : LENGTHS) {
      assertSameBits(length, 3, length);
    }
  }

  @Property(tries = 200)
  void allLengthsAndOffsetsGiveTheSameBits(
      @ForAll @IntRange(max = 300) int length,
      @ForAll @IntRange(max = 40) int offset,
      @ForAll long seed) {
    assertSameBits(length, offset, seed);
  }

  private static void assertSameBits(int length, int offset, long seed) {
    Random random = new Random(seed);
    float[] values = gaussian(random, offset + length + 40);
    float[] vector = gaussian(random, length);
    float factor = (float) random.nextGaussian();
    float[] expected = values.clone();
    float[] actual = values.clone();
    SCALAR.addNoise(seed, new long[] {~seed}, 0, 1, factor, expected, offset, length);
    VECTOR_NOISE.add(seed, new long[] {~seed}, 0, 1, factor, actual, offset, length);
    assertBits(expected, actual);
    int together = Float.floatToRawIntBits(SCALAR.sumOfSquares(vector, expected, offset));
    assertEquals(together, Float.floatToRawIntBits(VECTOR.sumOfSquares(vector, actual, offset)));
    float[] alone = expected.clone();
    SCALAR.add(vector, expected, offset);
    VECTOR.add(vector, actual, offset);
    assertBits(expected, actual);
    int afterwards = Float.floatToRawIntBits(SCALAR.sumOfSquares(expected, offset, length));
    assertEquals(together, afterwards);
    SCALAR.addAndScale(vector, factor, expected, offset);
    VECTOR.addAndScale(vector, factor, actual, offset);
    assertBits(expected, actual);
    SCALAR.add(vector, alone, offset);
    SCALAR.add(vector, alone, offset);
    SCALAR.scale(factor, alone, offset, length);
    assertBits(alone, actual);
    SCALAR.scale(factor, expected, offset, length);
    VECTOR.scale(factor, actual, offset, length);
    assertBits(expected, actual);
    assertEquals(
        Float.floatToRawIntBits(SCALAR.sumOfSquares(expected, offset, length)),
        Float.floatToRawIntBits(VECTOR.sumOfSquares(actual, offset, length)));
    for (int i = 0; i < values.length; i++) {
      if (i < offset || i >= offset + length) {
        assertEquals(values[i], actual[i]);
      }
    }
  }

  /** Rows of awkward lengths end within panels, and tiles within rows. */
  @Property(tries = 100)
  void rowsTogetherGetTheNoiseOfEachAlone(
      @ForAll @IntRange(max = 900) int length,
      @ForAll @IntRange(max = 20) int rows,
      @ForAll @IntRange(max = 5) int first,
      @ForAll long seed) {
    long[] examples = new Random(seed).longs(first + rows).toArray();
    float[] expected = new float[rows * length + 3];
    float[] scalar = expected.clone();
    float[] vector = expected.clone();
    for (int row = 0; row < rows; row++) {
      SCALAR.addNoise(seed, examples, first + row, 1, 0.5f, expected, 3 + row * length, length);
    }
    SCALAR.addNoise(seed, examples, first, rows, 0.5f, scalar, 3, length);
    VECTOR_NOISE.add(seed, examples, first, rows, 0.5f, vector, 3, length);
    assertBits(expected, scalar);
    assertBits(expected, vector);
  }

  @Test
  void productsGiveTheSameBits() {
    for (int dimension : new int[] {1, 5, 15, 16, 17, 64, 100, 207}) {
      float[] matrix = gaussian(new Random(dimension), dimension * dimension);
      float[] lower = matrix.clone();
      for (int i = 0; i < lower.length; i++) {
        lower[i] = i % dimension > i / dimension ? 0 : lower[i];
      }
      for (int rows : new int[] {0, 1, 2, 3, 4, 5, 8, 13, RowKernels.TILE_ROWS}) {
        assertSameProducts(new PackedMatrix(matrix, dimension, false), matrix, dimension, rows);
        assertSameProducts(new PackedMatrix(lower, dimension, true), lower, dimension, rows);
      }
    }
  }

  private static void assertSameProducts(
      PackedMatrix packed, float[] matrix, int dimension, int rows) {
    float[] vectors = gaussian(new Random(rows), rows * dimension);
    float[] expected = new float[rows * dimension + 5];
    float[] actual = expected.clone();
    SCALAR.multiply(packed, vectors, rows, expected, 3);
    VECTOR.multiply(packed, vectors, rows, actual, 3);
    assertBits(expected, actual);
    for (int i = 0; i < rows * dimension; i++) {
      double sum = 0;
      for (int k = 0; k < dimension; k++) {
        sum +=
            (double) matrix[i % dimension * dimension + k] * vectors[i / dimension * dimension + k];
      }
      assertEquals(sum, expected[3 + i], 1e-5 * Math.sqrt(dimension));
    }
  }

  @Test
  void valuesThatAreNotFiniteGiveTheSame() {
    float[] odd = new float[48];
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, -0f}) {
      odd[20] = value;
      assertEquals(SCALAR.sumOfSquares(odd, 0, 48), VECTOR.sumOfSquares(odd, 0, 48));
    }
  }

  /** A million draws of every key agree; the polynomials meet all their corners. */
  @Test
  void aMillionDrawsGiveTheSameBits() {
    float[] expected = new float[4096];
    float[] actual = new float[4096];
    for (int example = 0; example < 256; example++) {
      long[] examples = {example};
      SCALAR.addNoise(example * 77L, examples, 0, 1, 1, expected, 0, expected.length);
      VECTOR_NOISE.add(example * 77L, examples, 0, 1, 1, actual, 0, actual.length);
    }
    assertBits(expected, actual);
  }

  @Test
  void sumsAreThoseOfDoublePrecision() {
    for (int length : LENGTHS) {
      float[] values = gaussian(new Random(length), length);
      double sum = 0;
      for (float value : values) {
        sum += (double) value * value;
      }
      assertEquals(sum, SCALAR.sumOfSquares(values, 0, length), 1e-6 * sum);
    }
  }

  /** Without the module there is the scalar one, and the same noise. */
  @Test
  void aPlainVirtualMachineTakesTheScalarKernels() throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String classPath = System.getProperty("java.class.path");
    Process plain =
        new ProcessBuilder(
                List.of(java.toString(), "-Xmx64m", "-cp", classPath, PlainMachine.class.getName()))
            .redirectErrorStream(true)
            .start();
    String told = new String(plain.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, plain.waitFor(), told);
    float[] values = new float[768];
    VECTOR_NOISE.add(1, new long[] {2}, 0, 1, 0.12f, values, 0, values.length);
    assertEquals("scalar " + Arrays.hashCode(values), told.strip());
  }

  /** Run in a Java virtual machine of its own, without any flag. */
  static final class PlainMachine {
    private PlainMachine() {}

    public static void main(String[] args) {
      float[] values = new float[768];
      RowKernels.active().addNoise(1, new long[] {2}, 0, 1, 0.12f, values, 0, values.length);
      System.out.println(RowKernels.active().name() + " " + Arrays.hashCode(values));
    }
  }

  private static float[] gaussian(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertBits(float[] expected, float[] actual) {
    assertArrayEquals(bits(expected), bits(actual));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
