package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    ModalityAdapter identity = new IdentityAdapter();
    ModalityAdapter bounded = new CosineBoundedNoise(1);
    ModalityAdapter empty = new AdapterSequence(List.of());
    ModalityAdapter both = new AdapterSequence(List.of(gaussian, identity));
    for (ModalityAdapter adapter : List.of(gaussian, identity, bounded, empty, both)) {
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
            new MeanShift(zeros, 1, false, 0),
            new MeanShift(Rows.gaussian(dimension, 1, seed), 0, true, 0),
            new LinearAdapter(identity, zeros, true, 0),
            CovarianceNoise.firstRelease(zeros, identity, 0),
            CovarianceNoise.head(zeros, new float[identity.length], 0));
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

  @Property(tries = 200)
  void boundedNoiseKeepsTheCosine(
      @ForAll @IntRange(min = 1, max = 70) int dimension,
      @ForAll @DoubleRange(min = 0.01, max = 1) double minCosine,
      @ForAll long seed) {
    EmbeddingBatch original = Rows.unit(9, dimension, seed);
    EmbeddingBatch batch = original.copy();
    new CosineBoundedNoise(minCosine).adaptForTraining(batch, noise(seed, 9));
    for (int row = 0; row < 9; row++) {
      double cosine = 0;
      for (int i = 0; i < dimension; i++) {
        cosine += (double) original.get(row, i) * batch.get(row, i);
      }
      assertTrue(cosine >= minCosine - 1e-6, "cosine " + cosine);
    }
  }

  private static List<ModalityAdapter> adapters(int dimension, double noiseStdDev) {
    float[] mean = Rows.gaussian(dimension, 0.1, 1);
    float[] matrix = Rows.gaussian(dimension * dimension, 0.5, 2);
    float[] factor = Rows.lowerTriangular(dimension, 0.05, 3);
    GaussianNoise gaussian = new GaussianNoise(noiseStdDev);
    MeanShift shift = new MeanShift(mean, -1, false, noiseStdDev);
    return List.of(
        gaussian,
        shift,
        new MeanShift(mean, 1, true, noiseStdDev),
        MeanShift.randomDirection(dimension, 0.5, 4, false, noiseStdDev),
        new LinearAdapter(matrix, mean, true, noiseStdDev),
        new LinearAdapter(matrix, mean, false, noiseStdDev),
        MeanRemoval.of(mean, mean, noiseStdDev).text(),
        new CosineBoundedNoise(0.5, 0.9, 1),
        CovarianceNoise.firstRelease(mean, factor, 1),
        CovarianceNoise.head(mean, factor, noiseStdDev),
        new IdentityAdapter(),
        new AdapterSequence(List.of(gaussian, shift, new AdapterSequence(List.of(gaussian)))));
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
