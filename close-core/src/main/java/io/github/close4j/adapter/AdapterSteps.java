package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.embedding.internal.RowKernels;
import java.util.Objects;

/** The checks and the steps that several adapters share. */
final class AdapterSteps {
  private AdapterSteps() {}

  /** Adds {@code noiseStdDev} times a standard normal draw to every component. */
  static void addNoise(EmbeddingBatch batch, ExampleNoise noise, double noiseStdDev) {
    int dimension = batch.dimension();
    float stdDev = (float) noiseStdDev;
    for (int row = 0; row < batch.rows(); row++) {
      noise.addGaussian(row, stdDev, batch.values(), row * dimension, dimension);
    }
  }

  /** Adds the same vector to every row. */
  static void addToRows(EmbeddingBatch batch, float[] vector) {
    RowKernels kernels = RowKernels.active();
    float[] values = batch.values();
    for (int start = 0; start < values.length; start += vector.length) {
      kernels.add(vector, values, start);
    }
  }

  static void requireSameRows(EmbeddingBatch batch, ExampleNoise noise) {
    if (batch.rows() != noise.rows()) {
      throw new IllegalArgumentException(
          "noise: expected one example for each of the batch's "
              + batch.rows()
              + " rows, found "
              + noise.rows());
    }
  }

  static void requireDimension(EmbeddingBatch batch, int dimension) {
    if (batch.dimension() != dimension) {
      throw new IllegalArgumentException(
          "batch: expected dimension " + dimension + ", found " + batch.dimension());
    }
  }

  static double requireStdDev(double noiseStdDev) {
    if (!(noiseStdDev >= 0) || !Float.isFinite((float) noiseStdDev)) {
      throw new IllegalArgumentException(
          "noiseStdDev: expected a finite number, at least 0, found " + noiseStdDev);
    }
    return noiseStdDev;
  }

  static double requireFinite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(what + ": expected a finite number, found " + value);
    }
    return value;
  }

  /** Returns a copy of an array after checking that it is not empty and that it is finite. */
  static float[] copyFinite(String what, float[] values) {
    Objects.requireNonNull(values, what);
    float[] copy = values.clone();
    if (copy.length == 0) {
      throw new IllegalArgumentException(what + ": expected at least 1 component, found 0");
    }
    for (int i = 0; i < copy.length; i++) {
      if (!Float.isFinite(copy[i])) {
        throw new IllegalArgumentException(
            what + ", component " + i + ": expected a finite number, found " + copy[i]);
      }
    }
    return copy;
  }
}
