package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.Random;
import java.util.stream.LongStream;

/** Data that the adapters' tests share. */
final class Rows {
  private Rows() {}

  /** Unit rows, drawn uniformly from the sphere by the JDK's generator. */
  static EmbeddingBatch unit(int rows, int dimension, long seed) {
    EmbeddingBatch batch = EmbeddingBatch.wrap(gaussian(rows * dimension, 1, seed), dimension);
    batch.normalize();
    return batch;
  }

  static float[] gaussian(int length, double stdDev, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (stdDev * random.nextGaussian());
    }
    return values;
  }

  static float[] lowerTriangular(int dimension, double stdDev, long seed) {
    float[] values = gaussian(dimension * dimension, stdDev, seed);
    for (int row = 0; row < dimension; row++) {
      for (int column = row + 1; column < dimension; column++) {
        values[row * dimension + column] = 0;
      }
    }
    return values;
  }

  static ExampleNoise noise(int rows) {
    return ExampleNoise.of(11, 5, LongStream.range(0, rows).map(i -> i * i + 3).toArray());
  }
}
