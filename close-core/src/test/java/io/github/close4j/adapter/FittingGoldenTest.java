package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.AdapterFitting.ShrunkCovariance;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.NpyFile;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is fitted, against NumPy and scikit-learn; made by src/test/python/fitting_golden.py. */
class FittingGoldenTest {
  private static final double TOLERANCE = 1e-5;
  private static final double RIDGE = 0.7;

  @ParameterizedTest
  @ValueSource(strings = {"many", "few"})
  void meanAndCovariances(String name) {
    PairedStatistics statistics = statistics(name);
    assertGolden(name + "-mean", statistics.meanDifference());
    assertGolden(name + "-covariance", statistics.covariance());
    ShrunkCovariance wolf = ShrunkCovariance.of(statistics);
    assertGolden(name + "-ledoit-wolf", wolf.covariance().data);
    assertGolden(name + "-shrinkage", new double[] {wolf.shrinkage()});
    assertTrue(wolf.shrinkage() > 0 && wolf.shrinkage() < 1);
    // Also from fewer pairs than dimensions.
    CovarianceNoise noise = AdapterFitting.shrunkCovarianceNoise(statistics);
    assertGolden(name + "-mean", noise.mean());
    assertGolden(name + "-ledoit-wolf", timesItsTranspose(noise.factor(), noise.dimension()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "few"})
  void ridgeRegression(String name) {
    LinearAdapter adapter = AdapterFitting.linear(statistics(name), RIDGE);
    assertGolden(name + "-ridge-coef", adapter.matrix());
    assertGolden(name + "-ridge-bias", adapter.bias());
  }

  @Test
  void leastSquares() {
    LinearAdapter adapter = AdapterFitting.linear(statistics("many"), 0);
    assertGolden("many-linear-coef", adapter.matrix());
    assertGolden("many-linear-bias", adapter.bias());
  }

  @Test
  void meanShiftAndFactor() {
    PairedStatistics statistics = statistics("many");
    assertGolden("many-mean", AdapterFitting.meanShift(statistics).shift());
    CovarianceNoise noise = AdapterFitting.covarianceNoise(statistics);
    assertGolden("many-mean", noise.mean());
    assertGolden("many-cholesky", noise.factor());
  }

  private static double[] timesItsTranspose(float[] factor, int dimension) {
    double[] product = new double[dimension * dimension];
    for (int i = 0; i < product.length; i++) {
      for (int k = 0; k < dimension; k++) {
        product[i] +=
            (double) factor[i / dimension * dimension + k] * factor[i % dimension * dimension + k];
      }
    }
    return product;
  }

  /** Merging equals one pass, however the pairs are cut and in whatever order parts come. */
  @Property(tries = 60)
  void partsMergeToTheWhole(@ForAll @IntRange(min = 1, max = 30) int part, @ForAll long seed) {
    EmbeddingBatch text = batch("many-text");
    EmbeddingBatch image = batch("many-image");
    PairedStatistics whole = PairedStatistics.of(text, image);
    PairedStatistics left = PairedStatistics.of(rows(text, 0, 1), rows(image, 0, 1));
    PairedStatistics right = PairedStatistics.of(rows(text, 0, 2), rows(image, 0, 2));
    Random random = new Random(seed);
    for (int from = 1; from < text.rows(); from += part) {
      int to = Math.min(text.rows(), from + part);
      PairedStatistics next = PairedStatistics.of(rows(text, from, to), rows(image, from, to));
      if (random.nextBoolean()) {
        left = left.merge(next);
      } else {
        right = right.merge(next);
      }
    }
    PairedStatistics merged = right.merge(left);
    PairedStatistics expected =
        whole.merge(PairedStatistics.of(rows(text, 0, 2), rows(image, 0, 2)));
    assertEquals(expected.pairs(), merged.pairs());
    assertArrayEquals(expected.textMean(), merged.textMean(), 1e-12);
    assertArrayEquals(expected.imageMean(), merged.imageMean(), 1e-12);
    assertArrayEquals(expected.covariance(), merged.covariance(), 1e-12);
    assertEquals(
        ShrunkCovariance.of(expected).shrinkage(), ShrunkCovariance.of(merged).shrinkage(), 1e-10);
    assertArrayEquals(
        AdapterFitting.linear(expected, 0).matrix(),
        AdapterFitting.linear(merged, 0).matrix(),
        1e-6f);
  }

  /** Means a million times as large as the deviations leave the deviations exact. */
  @Test
  void sumsAreStable() {
    int pairs = 3000;
    float[] text = Rows.gaussian(2 * pairs, 1, 1);
    float[] image = new float[text.length];
    for (int i = 0; i < text.length; i++) {
      text[i] = Math.round(text[i]);
      image[i] = 4_000_000 + (i / 2) % 2;
    }
    for (int i = 0; i < text.length; i++) {
      text[i] += 4_000_000;
    }
    EmbeddingBatch textBatch = EmbeddingBatch.wrap(text, 2);
    EmbeddingBatch imageBatch = EmbeddingBatch.wrap(image, 2);
    PairedMoments moments = new PairedMoments(2);
    for (int from = 0; from < pairs; from += 7) {
      int to = Math.min(pairs, from + 7);
      moments.add(rows(textBatch, from, to), rows(imageBatch, from, to));
    }
    double[] small = new double[text.length];
    double mean = 0;
    for (int i = 0; i < text.length; i += 2) {
      small[i] = (double) image[i] - text[i];
      mean += small[i] / pairs;
    }
    double variance = 0;
    for (int i = 0; i < text.length; i += 2) {
      variance += (small[i] - mean) * (small[i] - mean) / (pairs - 1);
    }
    assertEquals(variance, new PairedStatistics(moments).covariance()[0], 1e-9);
  }

  private static EmbeddingBatch rows(EmbeddingBatch batch, int from, int to) {
    int dimension = batch.dimension();
    return EmbeddingBatch.wrap(
        Arrays.copyOfRange(batch.values(), from * dimension, to * dimension), dimension);
  }

  private static PairedStatistics statistics(String name) {
    return PairedStatistics.of(batch(name + "-text"), batch(name + "-image"));
  }

  private static EmbeddingBatch batch(String name) {
    return EmbeddingBatch.read(GoldenFiles.path("golden/" + name + ".npy"));
  }

  private static NpyFile golden(String name) {
    return NpyFile.read(GoldenFiles.path("golden/" + name + ".npy"));
  }

  private static void assertGolden(String name, float[] actual) {
    double[] doubles = new double[actual.length];
    for (int i = 0; i < actual.length; i++) {
      doubles[i] = actual[i];
    }
    assertGolden(name, doubles);
  }

  private static void assertGolden(String name, double[] actual) {
    assertArrayEquals(golden(name).toDoubleArray(), actual, TOLERANCE, name);
  }
}
