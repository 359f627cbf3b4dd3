package io.github.close4j.benchmarks;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.Random;

/** Seeded data, the same for every side of a comparison. */
final class BenchmarkData {
  private static final long SEED = 20260401;

  private final int dimension;

  BenchmarkData(int dimension) {
    this.dimension = dimension;
  }

  EmbeddingBatch unitRows(int rows) {
    EmbeddingBatch batch = EmbeddingBatch.wrap(gaussian(rows * dimension, 1, SEED), dimension);
    batch.normalize();
    return batch;
  }

  /** As long as the gap of CLIP's vectors. */
  float[] mean() {
    return gaussian(dimension, 0.8 / Math.sqrt(dimension), SEED + 1);
  }

  /** {@code [dimension, dimension]}; keeps a vector about as long as it is. */
  float[] matrix() {
    return gaussian(dimension * dimension, 1 / Math.sqrt(dimension), SEED + 2);
  }

  /** {@code [dimension, dimension]}, zero right of the diagonal. */
  float[] lowerFactor() {
    float[] factor = gaussian(dimension * dimension, 0.05 / Math.sqrt(dimension), SEED + 3);
    for (int i = 0; i < factor.length; i++) {
      factor[i] = i % dimension > i / dimension ? 0 : factor[i];
    }
    return factor;
  }

  private static float[] gaussian(int length, double stdDev, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (stdDev * random.nextGaussian());
    }
    return values;
  }
}
