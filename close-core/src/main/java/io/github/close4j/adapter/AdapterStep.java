package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.kernels.RowKernels;
import java.util.Objects;

/**
 * An adapter of this library: tells a sequence what it draws and what it leaves undone, and has the
 * arithmetic and the checks that several of them share.
 */
abstract class AdapterStep implements ModalityAdapter {
  private static final RowKernels KERNELS = RowKernels.active();
  private static final int ROWS_IN_CACHE = 8;

  abstract boolean draws();

  /** Whether in training the next adapter brings this one's rows back to the unit sphere. */
  abstract boolean leavesNormalizationTo(ModalityAdapter next);

  /** Adapts rows for training; {@code last} asks for rows on the unit sphere. */
  abstract void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise, boolean last);

  @Override
  public final void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    requireSameRows(batch, noise);
    adaptForTraining(batch, noise, true);
  }

  /** Adds noise and normalises, a few rows at a time: they stay in the processor's cache. */
  static void addNoiseAndNormalize(EmbeddingBatch batch, ExampleNoise noise, double noiseStdDev) {
    int dimension = batch.dimension();
    for (int first = 0; first < batch.rows(); first += ROWS_IN_CACHE) {
      int end = Math.min(first + ROWS_IN_CACHE, batch.rows());
      noise.addGaussian(
          first, end - first, (float) noiseStdDev, batch.values(), first * dimension, dimension);
      for (int row = first; row < end; row++) {
        batch.normalizeRow(row);
      }
    }
  }

  /** Adds the same vector to every row. */
  static void addToRows(EmbeddingBatch batch, float[] vector) {
    for (int row = 0; row < batch.rows(); row++) {
      KERNELS.add(vector, batch.values(), row * vector.length);
    }
  }

  /** Adds the same vector to every row and normalises: each row is written but once. */
  static void addToRowsAndNormalize(EmbeddingBatch batch, float[] vector) {
    float[] values = batch.values();
    for (int row = 0; row < batch.rows(); row++) {
      int start = row * vector.length;
      float squares = KERNELS.sumOfSquares(vector, values, start);
      if (RowKernels.isPlain(squares)) {
        KERNELS.addAndScale(vector, RowKernels.inverseNorm(squares), values, start);
      } else {
        KERNELS.add(vector, values, start);
        batch.normalizeRow(row);
      }
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
