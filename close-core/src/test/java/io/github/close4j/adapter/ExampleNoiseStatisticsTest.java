package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The noise is standard normal and independent, seen at the paper's three standard deviations.
 *
 * <p>Every sample has n = 1 048 576 numbers. A bound is 5 standard errors of a statistic that is
 * normal at this n, a false-alarm rate of 6e-7 a comparison. Seeds are fixed; nothing is retried.
 */
class ExampleNoiseStatisticsTest {
  private static final int ROWS = 2048;
  private static final int DIMENSION = 512;
  private static final int N = ROWS * DIMENSION;
  private static final double BOUND = 5;
  private static final long SEED = 20260401;

  @ParameterizedTest
  @ValueSource(doubles = {0.04, 0.08, 0.12})
  void momentsAreThoseOfTheStandardDeviation(double noiseStdDev) {
    float[] noise = noise(noiseStdDev);
    double mean = moment(noise, 0, 1);
    double variance = moment(noise, mean, 2);
    double skewness = moment(noise, mean, 3) / Math.pow(variance, 1.5);
    double kurtosis = moment(noise, mean, 4) / (variance * variance);
    assertEquals(0, mean, BOUND * noiseStdDev / Math.sqrt(N));
    assertEquals(1, variance / (noiseStdDev * noiseStdDev), BOUND * Math.sqrt(2.0 / N));
    assertEquals(0, skewness, BOUND * Math.sqrt(6.0 / N));
    assertEquals(3, kurtosis, BOUND * Math.sqrt(24.0 / N));
  }

  /** Kolmogorov–Smirnov: P(D·√n > 2.69) = 2·exp(−2·2.69²) = 1e-6. */
  @ParameterizedTest
  @ValueSource(doubles = {0.04, 0.08, 0.12})
  void distributionIsNormal(double noiseStdDev) {
    float[] noise = noise(noiseStdDev);
    Arrays.sort(noise);
    double largest = 0;
    for (int i = 0; i < N; i++) {
      double expected = normalCdf(noise[i] / noiseStdDev);
      largest = Math.max(largest, expected - (double) i / N);
      largest = Math.max(largest, (i + 1.0) / N - expected);
    }
    assertTrue(largest * Math.sqrt(N) < 2.69, "D sqrt(n) = " + largest * Math.sqrt(N));
  }

  /** Beyond 4 the expected count is 66.4 of n; 5 standard errors are 41. */
  @Test
  void tailsAreThereAndFinite() {
    float[] noise = noise(1);
    int far = 0;
    for (float value : noise) {
      assertTrue(Math.abs(value) < 6.8);
      far += Math.abs(value) > 4 ? 1 : 0;
    }
    assertEquals(66.4, far, BOUND * Math.sqrt(66.4));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 64, 256})
  void componentsAreUncorrelated(int lag) {
    float[] noise = noise(1);
    float[] shifted = new float[N];
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < DIMENSION; i++) {
        shifted[row * DIMENSION + i] = noise[row * DIMENSION + (i + lag) % DIMENSION];
      }
    }
    assertUncorrelated(noise, shifted);
  }

  @Test
  void neighboursOfEveryKindAreUncorrelated() {
    ExampleNoise root = ExampleNoise.of(SEED, 3, ids(0));
    float[] base = draw(root);
    assertUncorrelated(base, draw(ExampleNoise.of(SEED, 3, ids(ROWS))));
    assertUncorrelated(base, draw(ExampleNoise.of(SEED, 3, ids(1))));
    assertUncorrelated(base, draw(ExampleNoise.of(SEED, 3, ids(1L << 32))));
    assertUncorrelated(base, draw(ExampleNoise.of(SEED, 4, ids(0))));
    assertUncorrelated(base, draw(ExampleNoise.of(SEED + 1, 3, ids(0))));
    assertUncorrelated(base, draw(ExampleNoise.of(3, SEED, ids(0))));
    float[] stage0 = draw(root.stage(0));
    assertUncorrelated(base, stage0);
    assertUncorrelated(stage0, draw(root.stage(1)));
    assertUncorrelated(stage0, draw(root.stage(0).stage(0)));
    assertUncorrelated(draw(root.stage(0).stage(1)), draw(root.stage(1).stage(0)));
  }

  @Test
  void uniformDrawsAreUniformAndIndependentOfTheGaussian() {
    ExampleNoise root = ExampleNoise.of(SEED, 3, ids(0));
    float[] draws = new float[N];
    float[] scaled = new float[N];
    for (int row = 0; row < ROWS; row++) {
      root.uniform(row, draws, row * DIMENSION, DIMENSION);
    }
    for (int i = 0; i < N; i++) {
      scaled[i] = (float) Math.sqrt(3) * draws[i];
    }
    assertUncorrelated(draw(root), scaled);
    Arrays.sort(draws);
    assertTrue(draws[0] > -1 && draws[N - 1] < 1);
    double largest = 0;
    for (int i = 0; i < N; i++) {
      double expected = (draws[i] + 1.0) / 2;
      largest = Math.max(largest, Math.abs(expected - (i + 0.5) / N));
    }
    assertTrue(largest * Math.sqrt(N) < 2.69, "D sqrt(n) = " + largest * Math.sqrt(N));
  }

  /** Products and products of squares: the latter would show a shared radius. */
  private static void assertUncorrelated(float[] left, float[] right) {
    double products = 0;
    double squares = 0;
    for (int i = 0; i < N; i++) {
      double x = left[i];
      double y = right[i];
      products += x * y;
      squares += (x * x - 1) * (y * y - 1) / 2;
    }
    assertEquals(0, products / Math.sqrt(N), BOUND);
    assertEquals(0, squares / Math.sqrt(N), BOUND);
  }

  private static float[] noise(double noiseStdDev) {
    EmbeddingBatch batch = EmbeddingBatch.allocate(ROWS, DIMENSION);
    ExampleNoise.of(SEED, 0, ids(0))
        .addGaussian(0, ROWS, (float) noiseStdDev, batch.values(), 0, DIMENSION);
    return batch.values();
  }

  private static float[] draw(ExampleNoise noise) {
    float[] draws = new float[N];
    for (int row = 0; row < ROWS; row++) {
      noise.gaussian(row, draws, row * DIMENSION, DIMENSION);
    }
    return draws;
  }

  private static long[] ids(long first) {
    return LongStream.range(first, first + ROWS).toArray();
  }

  private static double moment(float[] values, double about, int power) {
    double sum = 0;
    for (float value : values) {
      sum += Math.pow(value - about, power);
    }
    return sum / values.length;
  }

  /** Φ(x) = 1/2 + φ(x)·(x + x³/3 + x⁵/(3·5) + ...), exact to rounding for the sizes drawn here. */
  private static double normalCdf(double x) {
    double term = x;
    double sum = x;
    for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
