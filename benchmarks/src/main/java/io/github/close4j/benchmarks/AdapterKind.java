package io.github.close4j.benchmarks;

import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;

/** The adapters that are measured, and what each costs at least. */
public enum AdapterKind {
  /** {@code normalise(x + σ·N(0, I))}. */
  GAUSSIAN,
  /** {@code normalise(x + μ)}. */
  MEAN_SHIFT,
  /** {@code normalise(A·x + b)}. */
  LINEAR,
  /** {@code normalise(x + μ + L·z)}. */
  COVARIANCE;

  private static final double NOISE_STD_DEV = 0.12;
  // Per component: a normal from 20 integer and 30 float operations, squares and a scaling.
  private static final int NORMAL_OPERATIONS = 25;
  private static final int NORMALISE_OPERATIONS = 2;

  ModalityAdapter create(BenchmarkData data) {
    return switch (this) {
      case GAUSSIAN -> new GaussianNoise(NOISE_STD_DEV);
      case MEAN_SHIFT -> new MeanShift(data.mean(), 1, true, 0);
      case LINEAR -> new LinearAdapter(data.matrix(), data.mean(), true, 0);
      case COVARIANCE -> CovarianceNoise.firstRelease(data.mean(), data.lowerFactor(), 1);
    };
  }

  /** Multiply-adds that a component takes at least. */
  double multiplyAdds(int dimension) {
    return NORMALISE_OPERATIONS
        + switch (this) {
          case GAUSSIAN -> NORMAL_OPERATIONS;
          case MEAN_SHIFT -> 0;
          case LINEAR -> dimension;
          case COVARIANCE -> NORMAL_OPERATIONS + dimension / 2.0;
        };
  }
}
