package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every adapter against its formula, written plainly in double precision. */
class AdapterReferenceTest {
  private static final int ROWS = 5;
  private static final double TOLERANCE = 5e-7;

  @ParameterizedTest
  @CsvSource({"1, 0.04", "13, 0.08", "207, 0.12", "768, 0.12"})
  void gaussianNoise(int dimension, double noiseStdDev) {
    ModalityAdapter adapter = new GaussianNoise(noiseStdDev);
    ExampleNoise noise = Rows.noise(ROWS);
    assertTraining(
        dimension,
        adapter,
        (row, x) -> normalise(sum(x, scaled(noiseStdDev, draw(noise, row, dimension)))));
    assertEvaluation(dimension, adapter, x -> x);
  }

  @ParameterizedTest
  @CsvSource({
    "13, 1, true, 0.04",
    "13, -1, true, 0.08",
    "207, 1, false, 0.12",
    "768, -0.5, false, 0",
    "207, 0.5, true, 0"
  })
  void meanShift(int dimension, double multiplier, boolean normalized, double noiseStdDev) {
    float[] shift = Rows.gaussian(dimension, 0.05, 2);
    ModalityAdapter adapter = new MeanShift(shift, multiplier, normalized, noiseStdDev);
    ExampleNoise noise = Rows.noise(ROWS);
    UnaryOperator<double[]> move =
        x -> {
          double[] moved = sum(x, scaled(multiplier, toDouble(shift)));
          return normalized ? normalise(moved) : moved;
        };
    assertTraining(
        dimension,
        adapter,
        (row, x) ->
            normalise(sum(move.apply(x), scaled(noiseStdDev, draw(noise, row, dimension)))));
    assertEvaluation(dimension, adapter, move);
  }

  @Test
  void randomDirectionIsAMeanShiftOfTheGivenNorm() {
    MeanShift adapter = MeanShift.randomDirection(207, 0.8, 9, false, 0.04);
    assertEquals(1, norm(toDouble(adapter.shift())), 1e-6);
    assertEquals(0.8, adapter.multiplier());
    assertArrayEquals(adapter.shift(), MeanShift.randomDirection(207, 2, 9, true, 0).shift());
    EmbeddingBatch batch = EmbeddingBatch.allocate(1, 207);
    adapter.adaptForEvaluation(batch);
    assertEquals(0.8, norm(toDouble(batch.row(0))), 1e-6);
  }

  @ParameterizedTest
  @CsvSource({
    "1, true, 0.04",
    "13, true, 0.08",
    "207, true, 0.12",
    "207, true, 0",
    "13, false, 0.08",
    "207, false, 0"
  })
  void linear(int dimension, boolean normalized, double noiseStdDev) {
    float[] matrix = Rows.gaussian(dimension * dimension, 0.3, 4);
    float[] bias = Rows.gaussian(dimension, 0.1, 5);
    LinearAdapter adapter = new LinearAdapter(matrix, bias, normalized, noiseStdDev);
    ExampleNoise noise = Rows.noise(ROWS);
    UnaryOperator<double[]> map =
        x -> {
          double[] mapped = sum(product(matrix, x), toDouble(bias));
          return normalized ? normalise(mapped) : mapped;
        };
    assertTraining(
        dimension,
        adapter,
        (row, x) -> normalise(sum(map.apply(x), scaled(noiseStdDev, draw(noise, row, dimension)))));
    assertEvaluation(dimension, adapter, map);
    assertArrayEquals(matrix, adapter.matrix());
    assertArrayEquals(bias, adapter.bias());
    assertEquals(noiseStdDev, adapter.noiseStdDev());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "13, 0.5", "207, 1"})
  void covarianceOfTheFirstRelease(int dimension, double multiplier) {
    float[] mean = Rows.gaussian(dimension, 0.05, 6);
    float[] factor = Rows.lowerTriangular(dimension, 0.02, 7);
    CovarianceNoise adapter = CovarianceNoise.firstRelease(mean, factor, multiplier);
    ExampleNoise noise = Rows.noise(ROWS);
    assertTraining(
        dimension,
        adapter,
        (row, x) -> {
          double[] correlated = product(factor, draw(noise, row, dimension));
          return normalise(sum(sum(x, toDouble(mean)), scaled(multiplier, correlated)));
        });
    assertEvaluation(dimension, adapter, x -> normalise(sum(x, toDouble(mean))));
    assertTrue(adapter.shiftsEvaluation());
    assertArrayEquals(mean, adapter.mean());
    assertArrayEquals(factor, adapter.factor());
  }

  @ParameterizedTest
  @CsvSource({"1, 0.04", "13, 0.08", "207, 0.12", "13, 0"})
  void covarianceOfHead(int dimension, double noiseStdDev) {
    float[] mean = Rows.gaussian(dimension, 0.05, 6);
    float[] factor = Rows.lowerTriangular(dimension, 0.02, 7);
    CovarianceNoise adapter = CovarianceNoise.head(mean, factor, noiseStdDev);
    ExampleNoise noise = Rows.noise(ROWS);
    assertTraining(
        dimension,
        adapter,
        (row, x) -> {
          double[] correlated = product(factor, draw(noise, row, dimension));
          double[] isotropic = scaled(noiseStdDev, draw(noise.stage(0), row, dimension));
          return normalise(sum(sum(sum(x, toDouble(mean)), scaled(3, correlated)), isotropic));
        });
    assertEvaluation(dimension, adapter, x -> x);
    assertFalse(adapter.shiftsEvaluation());
  }

  @Test
  void capDecStatesTheVariance() {
    assertEquals(
        0.126, GaussianNoise.ofVariance(GaussianNoise.CAPDEC_VARIANCE).noiseStdDev(), 5e-4);
  }

  @ParameterizedTest
  @CsvSource({"13, 0.08", "207, 0.12", "207, 0"})
  void meanRemoval(int dimension, double noiseStdDev) {
    float[] textMean = Rows.gaussian(dimension, 0.05, 2);
    float[] imageMean = Rows.gaussian(dimension, 0.05, 3);
    MeanRemoval adapters = MeanRemoval.of(textMean, imageMean, noiseStdDev);
    UnaryOperator<double[]> text = x -> normalise(sum(x, scaled(-1, toDouble(textMean))));
    assertEvaluation(dimension, adapters.text(), text);
    assertEvaluation(
        dimension, adapters.image(), x -> normalise(sum(x, scaled(-1, toDouble(imageMean)))));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.9", "13, 0.5", "207, 0.8", "768, 0.2"})
  void cosineBoundedNoise(int dimension, double minCosine) {
    ModalityAdapter adapter = new CosineBoundedNoise(minCosine);
    ExampleNoise noise = Rows.noise(ROWS).stage(0);
    double share = Math.sqrt(1 - minCosine * minCosine);
    assertTraining(
        dimension,
        adapter,
        (row, x) -> {
          float[] draw = new float[dimension];
          noise.uniform(row, draw, 0, dimension);
          double[] disturbed = new double[dimension];
          for (int i = 0; i < dimension; i++) {
            disturbed[i] = x[i] + share * Math.abs(x[i]) * draw[i];
          }
          return normalise(disturbed);
        });
    assertEvaluation(dimension, adapter, x -> x);
  }

  @Test
  void aSequenceGivesEachAdapterItsOwnStage() {
    int dimension = 13;
    ModalityAdapter first = new GaussianNoise(0.12);
    ModalityAdapter second = new MeanShift(Rows.gaussian(dimension, 0.1, 8), 1, true, 0.08);
    AdapterSequence sequence = new AdapterSequence(List.of(first, second));
    EmbeddingBatch expected = Rows.unit(ROWS, dimension, 1);
    EmbeddingBatch actual = expected.copy();
    ExampleNoise noise = Rows.noise(ROWS);
    first.adaptForTraining(expected, noise.stage(0));
    second.adaptForTraining(expected, noise.stage(1));
    sequence.adaptForTraining(actual, noise);
    assertArrayEquals(expected.values(), actual.values());
    first.adaptForEvaluation(expected);
    second.adaptForEvaluation(expected);
    sequence.adaptForEvaluation(actual);
    assertArrayEquals(expected.values(), actual.values());
    assertEquals(List.of(first, second), sequence.adapters());
  }

  @Test
  void theSameAdapterTwiceInASequenceDrawsTwice() {
    int rows = 400;
    int dimension = 64;
    ModalityAdapter noise = new GaussianNoise(0.08);
    EmbeddingBatch batch = Rows.unit(rows, dimension, 1);
    EmbeddingBatch original = batch.copy();
    new AdapterSequence(List.of(noise, noise)).adaptForTraining(batch, Rows.noise(rows));
    double cosine = 0;
    for (int i = 0; i < batch.values().length; i++) {
      cosine += (double) batch.values()[i] * original.values()[i] / rows;
    }
    // Independent steps have E[cos] near 1 / (1 + 64·0.08²) = 0.71; the same draw twice gives 0.58.
    assertEquals(0.71, cosine, 0.02);
  }

  private interface RowFormula {
    double[] apply(int row, double[] x);
  }

  private static void assertTraining(int dimension, ModalityAdapter adapter, RowFormula formula) {
    EmbeddingBatch batch = Rows.unit(ROWS, dimension, 1);
    EmbeddingBatch original = batch.copy();
    adapter.adaptForTraining(batch, Rows.noise(ROWS));
    for (int row = 0; row < ROWS; row++) {
      double[] expected = formula.apply(row, toDouble(original.row(row)));
      assertArrayEquals(expected, toDouble(batch.row(row)), TOLERANCE);
    }
  }

  private static void assertEvaluation(
      int dimension, ModalityAdapter adapter, UnaryOperator<double[]> formula) {
    EmbeddingBatch batch = Rows.unit(ROWS, dimension, 1);
    EmbeddingBatch original = batch.copy();
    adapter.adaptForEvaluation(batch);
    for (int row = 0; row < ROWS; row++) {
      double[] expected = formula.apply(toDouble(original.row(row)));
      assertArrayEquals(expected, toDouble(batch.row(row)), TOLERANCE);
    }
  }

  private static double[] draw(ExampleNoise noise, int row, int dimension) {
    float[] draw = new float[dimension];
    noise.gaussian(row, draw, 0, dimension);
    return toDouble(draw);
  }

  private static double[] toDouble(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static double[] sum(double[] left, double[] right) {
    double[] sum = new double[left.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = left[i] + right[i];
    }
    return sum;
  }

  private static double[] scaled(double factor, double[] values) {
    double[] scaled = new double[values.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = factor * values[i];
    }
    return scaled;
  }

  private static double[] product(float[] matrix, double[] x) {
    double[] product = new double[x.length];
    for (int row = 0; row < x.length; row++) {
      for (int column = 0; column < x.length; column++) {
        product[row] += matrix[row * x.length + column] * x[column];
      }
    }
    return product;
  }

  private static double norm(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static double[] normalise(double[] values) {
    return scaled(1 / norm(values), values);
  }
}
