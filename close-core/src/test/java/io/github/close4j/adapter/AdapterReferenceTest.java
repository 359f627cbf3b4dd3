package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.ArrayList;
import java.util.Arrays;
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
    MeanShift toTheSphere = new MeanShift(shift).times(multiplier);
    MeanShift alone = normalized ? toTheSphere : toTheSphere.withoutNormalization();
    ModalityAdapter adapter = alone.then(new GaussianNoise(noiseStdDev));
    assertEquals(normalized, alone.normalized());
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
    MeanShift adapter = MeanShift.randomDirection(207, 0.8, 9).withoutNormalization();
    assertEquals(1, norm(toDouble(adapter.shift())), 1e-6);
    assertEquals(0.8, adapter.multiplier());
    assertArrayEquals(adapter.shift(), MeanShift.randomDirection(207, 2, 9).shift());
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
    LinearAdapter toTheSphere = new LinearAdapter(matrix, bias);
    LinearAdapter alone = normalized ? toTheSphere : toTheSphere.withoutNormalization();
    ModalityAdapter adapter = alone.then(new GaussianNoise(noiseStdDev));
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
    assertArrayEquals(matrix, alone.matrix());
    assertArrayEquals(bias, alone.bias());
    assertEquals(normalized, alone.normalized());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "13, 0.5", "207, 1"})
  void covarianceThatMovesTextInEvaluation(int dimension, double multiplier) {
    float[] mean = Rows.gaussian(dimension, 0.05, 6);
    float[] factor = Rows.lowerTriangular(dimension, 0.02, 7);
    CovarianceNoise adapter = new CovarianceNoise(mean, factor).times(multiplier);
    ExampleNoise noise = Rows.noise(ROWS);
    assertTraining(
        dimension,
        adapter,
        (row, x) -> {
          double[] correlated = product(factor, draw(noise, row, dimension));
          return normalise(sum(sum(x, toDouble(mean)), scaled(multiplier, correlated)));
        });
    assertEvaluation(dimension, adapter, x -> normalise(sum(x, toDouble(mean))));
    assertFalse(adapter.isTrainingOnly());
    assertEquals(multiplier, adapter.multiplier());
    assertArrayEquals(mean, adapter.mean());
    assertArrayEquals(factor, adapter.factor());
  }

  @ParameterizedTest
  @CsvSource({"1, 0.04", "13, 0.08", "207, 0.12", "13, 0"})
  void covarianceInTrainingOnly(int dimension, double noiseStdDev) {
    float[] mean = Rows.gaussian(dimension, 0.05, 6);
    float[] factor = Rows.lowerTriangular(dimension, 0.02, 7);
    CovarianceNoise alone = new CovarianceNoise(mean, factor).times(3).trainingOnly();
    ModalityAdapter adapter = alone.then(new GaussianNoise(noiseStdDev));
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
    assertTrue(alone.isTrainingOnly());
  }

  @Test
  void capDecStatesTheVariance() {
    assertEquals(
        0.126, GaussianNoise.ofVariance(GaussianNoise.CAPDEC_VARIANCE).noiseStdDev(), 5e-4);
  }

  @Test
  void aSequenceAppliesOneAfterTheOther() {
    int dimension = 13;
    GaussianNoise first = new GaussianNoise(0.12);
    MeanShift second = new MeanShift(Rows.gaussian(dimension, 0.1, 8));
    GaussianNoise third = new GaussianNoise(0.08);
    CovarianceNoise fourth =
        new CovarianceNoise(second.shift(), Rows.lowerTriangular(dimension, 0.02, 7));
    EmbeddingBatch expected = Rows.unit(ROWS, dimension, 1);
    ExampleNoise noise = Rows.noise(ROWS);
    first.adaptForTraining(expected, noise);
    second.adaptForTraining(expected, noise);
    third.adaptForTraining(expected, noise.stage(0));
    fourth.adaptForTraining(expected, noise.stage(1));
    assertTraining(expected, first.then(second).then(third).then(fourth));
    assertTraining(expected, first.then(second.then(third.then(fourth))));
    assertTraining(expected, first.then(second).then(third.then(fourth)));
    ModalityAdapter nothing = new GaussianNoise(0).then(ModalityAdapter.identity());
    assertTraining(expected, first.then(nothing).then(second).then(third).then(fourth));
    EmbeddingBatch evaluated = Rows.unit(ROWS, dimension, 1);
    EmbeddingBatch actual = evaluated.copy();
    second.adaptForEvaluation(evaluated);
    fourth.adaptForEvaluation(evaluated);
    first.then(second).then(third).then(fourth).adaptForEvaluation(actual);
    assertArrayEquals(evaluated.values(), actual.values());
  }

  @Test
  void oneAdapterAloneIsNoSequence() {
    GaussianNoise noise = new GaussianNoise(0.12);
    assertSame(noise, ModalityAdapter.identity().then(noise));
    assertSame(noise, noise.then(ModalityAdapter.identity()).then(new GaussianNoise(0)));
    assertSame(ModalityAdapter.identity(), new GaussianNoise(0).then(new GaussianNoise(0)));
    assertEquals("identity", ModalityAdapter.identity().toString());
    assertEquals(
        "GaussianNoise[noiseStdDev=0.12] then GaussianNoise[noiseStdDev=0.12]",
        noise.then(noise).toString());
  }

  /** Affine steps hand their rows on; what stands last in training normalises. */
  @Test
  void onlyTheLastOfAffineStepsNormalises() {
    int dimension = 13;
    MeanShift shift = new MeanShift(Rows.gaussian(dimension, 0.1, 8)).withoutNormalization();
    LinearAdapter linear =
        new LinearAdapter(Rows.gaussian(169, 0.3, 4), Rows.gaussian(dimension, 0.1, 5))
            .withoutNormalization();
    EmbeddingBatch expected = Rows.unit(ROWS, dimension, 1);
    shift.adaptForEvaluation(expected);
    linear.adaptForEvaluation(expected);
    EmbeddingBatch evaluated = Rows.unit(ROWS, dimension, 1);
    shift.then(linear).adaptForEvaluation(evaluated);
    assertArrayEquals(expected.values(), evaluated.values());
    expected.normalize();
    assertTraining(expected, shift.then(linear));
  }

  /** Covariance noise hands its rows on to isotropic noise alone. */
  @Test
  void covarianceNoiseNormalisesBeforeAnythingButNoise() {
    int dimension = 13;
    MeanShift shift = new MeanShift(Rows.gaussian(dimension, 0.1, 8));
    CovarianceNoise covariance =
        new CovarianceNoise(shift.shift(), Rows.lowerTriangular(dimension, 0.02, 7));
    EmbeddingBatch expected = Rows.unit(ROWS, dimension, 1);
    covariance.adaptForTraining(expected, Rows.noise(ROWS));
    shift.adaptForTraining(expected, Rows.noise(ROWS));
    assertTraining(expected, covariance.then(shift));
  }

  /** An application's own adapter; it adds its draws. */
  private record Own(ThreadLocal<float[]> drawn) implements ModalityAdapter {
    @Override
    public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
      float[] draws = new float[batch.dimension()];
      noise.gaussian(0, draws, 0, draws.length);
      drawn.set(draws);
    }

    @Override
    public void adaptForEvaluation(EmbeddingBatch batch) {}
  }

  /** Draws of one's own adapters are none that this library's adapters can get. */
  @Test
  void anAdapterOfOnesOwnHasItsOwnStream() {
    int dimension = 13;
    Own own = new Own(new ThreadLocal<>());
    Own other = new Own(new ThreadLocal<>());
    GaussianNoise gaussian = new GaussianNoise(0.12);
    ExampleNoise noise = Rows.noise(ROWS);
    EmbeddingBatch batch = Rows.unit(ROWS, dimension, 1);
    EmbeddingBatch expected = batch.copy();
    gaussian.adaptForTraining(expected, noise);
    own.then(gaussian).then(other).adaptForTraining(batch, noise);
    assertArrayEquals(expected.values(), batch.values());
    List<float[]> draws = new ArrayList<>(List.of(own.drawn().get(), other.drawn().get()));
    draws.add(floats(noise, dimension));
    for (int stage = 0; stage < 4; stage++) {
      draws.add(floats(noise.stage(stage), dimension));
      draws.add(floats(noise.stage(0).stage(stage), dimension));
    }
    assertEquals(draws.size(), draws.stream().map(Arrays::toString).distinct().count());
    own.then(ModalityAdapter.identity()).adaptForTraining(batch, noise);
    assertArrayEquals(floats(noise, dimension), own.drawn().get(), "alone it reads the noise");
  }

  private static float[] floats(ExampleNoise noise, int dimension) {
    float[] draw = new float[dimension];
    noise.gaussian(0, draw, 0, dimension);
    return draw;
  }

  private static void assertTraining(EmbeddingBatch expected, ModalityAdapter adapter) {
    EmbeddingBatch actual = Rows.unit(ROWS, expected.dimension(), 1);
    adapter.adaptForTraining(actual, Rows.noise(ROWS));
    assertArrayEquals(expected.values(), actual.values(), adapter::toString);
  }

  @Test
  void theSameAdapterTwiceInASequenceDrawsTwice() {
    int rows = 400;
    int dimension = 64;
    ModalityAdapter noise = new GaussianNoise(0.08);
    EmbeddingBatch batch = Rows.unit(rows, dimension, 1);
    EmbeddingBatch original = batch.copy();
    noise.then(noise).adaptForTraining(batch, Rows.noise(rows));
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
