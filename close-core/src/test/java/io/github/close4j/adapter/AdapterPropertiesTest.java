package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class AdapterPropertiesTest {
  @Property(tries = 100)
  void trainingEndsOnTheUnitSphere(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 70) int dimension,
      @ForAll @DoubleRange(min = 0, max = 0.5) double noiseStdDev,
      @ForAll long seed) {
    for (ModalityAdapter adapter : adapters(dimension, noiseStdDev)) {
      EmbeddingBatch batch = Rows.unit(rows, dimension, seed);
      adapter.adaptForTraining(batch, noise(seed, rows));
      for (int row = 0; row < rows; row++) {
        assertEquals(1, norm(batch.row(row)), 1e-6, adapter::toString);
      }
    }
  }

  @Property(tries = 100)
  void zeroNoiseIsTheIdentityBitForBit(
      @ForAll @IntRange(min = 0, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 70) int dimension,
      @ForAll long seed) {
    EmbeddingBatch original = Rows.unit(rows, dimension, seed);
    ModalityAdapter gaussian = new GaussianNoise(0);
    ModalityAdapter identity = ModalityAdapter.identity();
    ModalityAdapter both = gaussian.then(identity);
    for (ModalityAdapter adapter : List.of(gaussian, identity, both)) {
      EmbeddingBatch batch = original.copy();
      adapter.adaptForTraining(batch, noise(seed, rows));
      assertArrayEquals(original.values(), batch.values());
      adapter.adaptForEvaluation(batch);
      assertArrayEquals(original.values(), batch.values());
    }
  }

  @Property(tries = 100)
  void neutralParametersAreTheIdentity(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 40) int dimension,
      @ForAll long seed) {
    EmbeddingBatch original = Rows.unit(rows, dimension, seed);
    float[] identity = new float[dimension * dimension];
    for (int i = 0; i < dimension; i++) {
      identity[i * dimension + i] = 1;
    }
    float[] zeros = new float[dimension];
    List<ModalityAdapter> adapters =
        List.of(
            new MeanShift(zeros).withoutNormalization(),
            new MeanShift(Rows.gaussian(dimension, 1, seed)).times(0),
            new LinearAdapter(identity, zeros),
            new CovarianceNoise(zeros, identity).times(0),
            new CovarianceNoise(zeros, new float[identity.length]).times(3).trainingOnly());
    for (ModalityAdapter adapter : adapters) {
      EmbeddingBatch batch = original.copy();
      adapter.adaptForTraining(batch, noise(seed, rows));
      assertArrayEquals(original.values(), batch.values(), 1e-6f);
      adapter.adaptForEvaluation(batch);
      assertArrayEquals(original.values(), batch.values(), 1e-6f);
    }
  }

  @Property(tries = 60)
  void rowOrderAndBatchSizeDoNotMatter(
      @ForAll @IntRange(min = 2, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 40) int dimension,
      @ForAll long seed) {
    EmbeddingBatch original = Rows.unit(rows, dimension, seed);
    for (ModalityAdapter adapter : adapters(dimension, 0.12)) {
      EmbeddingBatch whole = original.copy();
      adapter.adaptForTraining(whole, noise(seed, rows));
      EmbeddingBatch evaluated = original.copy();
      adapter.adaptForEvaluation(evaluated);
      for (int row = rows - 1; row >= 0; row--) {
        EmbeddingBatch alone = EmbeddingBatch.wrap(original.row(row), dimension);
        adapter.adaptForTraining(alone, ExampleNoise.of(seed, 1, new long[] {row}));
        assertArrayEquals(whole.row(row), alone.values(), adapter::toString);
        EmbeddingBatch aloneEvaluated = EmbeddingBatch.wrap(original.row(row), dimension);
        adapter.adaptForEvaluation(aloneEvaluated);
        assertArrayEquals(evaluated.row(row), aloneEvaluated.values(), adapter::toString);
      }
    }
  }

  private static List<ModalityAdapter> adapters(int dimension, double noiseStdDev) {
    float[] mean = Rows.gaussian(dimension, 0.1, 1);
    float[] matrix = Rows.gaussian(dimension * dimension, 0.5, 2);
    float[] factor = Rows.lowerTriangular(dimension, 0.05, 3);
    GaussianNoise gaussian = new GaussianNoise(noiseStdDev);
    MeanShift shift = new MeanShift(mean).times(-1);
    MeanShift affineShift = shift.withoutNormalization();
    MeanShift random = MeanShift.randomDirection(dimension, 0.5, 4);
    LinearAdapter linear = new LinearAdapter(matrix, mean);
    LinearAdapter affine = linear.withoutNormalization();
    CovarianceNoise covariance = new CovarianceNoise(mean, factor);
    return List.of(
        gaussian,
        affineShift,
        affineShift.then(gaussian),
        shift,
        shift.then(gaussian),
        random.withoutNormalization().then(gaussian),
        linear.then(gaussian),
        affine,
        affine.then(gaussian),
        affineShift.then(affine),
        covariance,
        covariance.times(3).trainingOnly().then(gaussian),
        ModalityAdapter.identity(),
        gaussian.then(affineShift).then(gaussian),
        covariance.then(shift).then(affine).then(covariance));
  }

  private static ExampleNoise noise(long seed, int rows) {
    return ExampleNoise.of(seed, 1, LongStream.range(0, rows).toArray());
  }

  private static double norm(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
