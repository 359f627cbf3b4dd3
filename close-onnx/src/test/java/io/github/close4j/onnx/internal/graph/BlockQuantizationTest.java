package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products in eight bits: near those in 32, and each row by itself. */
class BlockQuantizationTest {
  private static final int BLOCK = BlockQuantization.BLOCK;

  @TempDir Path temporary;
  private final Random random = new Random(13);

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 31", "7, 32", "13, 33", "3, 207", "64, 768"})
  void codesAreWithinHalfAScale(int rows, int columns) {
    Weight matrix = matrix(rows, columns);
    BlockQuantization quantized = BlockQuantization.of(matrix);
    Weight codes = quantized.codes();
    Weight scales = quantized.scales();
    int blocks = (columns + BLOCK - 1) / BLOCK;
    assertArrayEquals(new long[] {rows, blocks, BLOCK}, codes.shape());
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int block = row * blocks + column / BLOCK;
        float scale = scales.values().get(block);
        int code = ((ByteBuffer) codes.data()).get(block * BLOCK + column % BLOCK) & 0xff;
        float value = matrix.values().get(row * columns + column);
        assertEquals(value, scale * (code - 128), 0.5001 * scale);
      }
    }
  }

  @Test
  void zerosStayZero() {
    Weight zeros = new Weight(WeightBank.allocate(64), new long[] {2, 32});
    ByteBuffer codes = (ByteBuffer) BlockQuantization.of(zeros).codes().data();
    for (int i = 0; i < 64; i++) {
      assertEquals((byte) 128, codes.get(i));
    }
  }

  /**
   * Rounding both factors to 1/254 of the block's largest, three standard deviations or so, leaves
   * a relative error near 1% of independent products; 3% is never reached.
   */
  @ParameterizedTest
  @CsvSource({"1, 5, 32", "1, 17, 100", "4, 31, 207", "9, 60, 768"})
  void productsAreNearAndRowsAreIndependent(int count, int rows, int columns) {
    Weight matrix = matrix(rows, columns);
    float[] x = new float[count * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] found = product(matrix, x, count);
    double error = 0;
    double whole = 0;
    for (int i = 0; i < count; i++) {
      float[] row = TinyModel.row(x, columns, i);
      assertArrayEquals(product(matrix, row, 1), TinyModel.row(found, rows, i), 1e-4f);
      for (int j = 0; j < rows; j++) {
        double exact = 0;
        for (int k = 0; k < columns; k++) {
          exact += (double) row[k] * matrix.values().get(j * columns + k);
        }
        error += Math.pow(found[i * rows + j] - exact, 2);
        whole += exact * exact;
      }
    }
    assertTrue(Math.sqrt(error / whole) < 0.03, "relative error " + Math.sqrt(error / whole));
  }

  private float[] product(Weight matrix, float[] x, int count) {
    long columns = matrix.shape()[1];
    float[] elements = new float[matrix.values().capacity()];
    matrix.values().get(0, elements);
    Path file = temporary.resolve("matrix.safetensors");
    new Safetensors.Writer(DataType.F32).add("matrix", elements, matrix.shape()).write(file);
    WeightBank weights = new WeightBank(Precision.INT8).add("", Safetensors.open(file));
    GraphBuilder g = new GraphBuilder("product", weights);
    Value input = g.input("x", ElementType.FLOAT, "B", (int) columns);
    g.output("y", g.linear(input, "matrix"), ElementType.FLOAT, "B", (int) matrix.shape()[0]);
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      return sessions
          .get("product", g::model)
          .run(Map.of("x", InputTensor.of(x, count, columns)), o -> o.floats("y"));
    }
  }

  private Weight matrix(int rows, int columns) {
    FloatBuffer values = WeightBank.allocate(rows * columns);
    for (int i = 0; i < rows * columns; i++) {
      values.put(i, (float) random.nextGaussian());
    }
    return new Weight(values, new long[] {rows, columns});
  }
}
