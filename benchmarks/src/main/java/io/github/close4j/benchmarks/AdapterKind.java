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
  /** {@code normalise(x + μ + σ·N(0, I))}: a random shift, and C3's mean removal, too. */
  SHIFT_WITH_NOISE,
  /** {@code normalise(A·x + b)}. */
  LINEAR,
  /** {@code normalise(x + μ + L·z)}. */
  COVARIANCE,
  /** {@code normalise(x + μ + 3·L·z + σ·N(0, I))}. */
  COVARIANCE_WITH_NOISE;

  private static final double NOISE_STD_DEV = 0.12;
  // Per component: a normal from 20 integer and 30 float operations, squares and a scaling.
  private static final int NORMAL_OPERATIONS = 25;
  private static final int NORMALISE_OPERATIONS = 2;

  ModalityAdapter create(BenchmarkData data) {
    return switch (this) {
      case GAUSSIAN -> new GaussianNoise(NOISE_STD_DEV);
      case MEAN_SHIFT -> new MeanShift(data.mean());
      case SHIFT_WITH_NOISE -> new MeanShift(data.mean()).then(new GaussianNoise(NOISE_STD_DEV));
      case LINEAR -> new LinearAdapter(data.matrix(), data.mean());
      case COVARIANCE -> new CovarianceNoise(data.mean(), data.lowerFactor());
      case COVARIANCE_WITH_NOISE ->
          new CovarianceNoise(data.mean(), data.lowerFactor())
              .times(3)
              .trainingOnly()
              .then(new GaussianNoise(NOISE_STD_DEV));
    };
  }

  /** Multiply-adds that a component takes at least. */
  double multiplyAdds(int dimension) {
    return NORMALISE_OPERATIONS
        + switch (this) {
          case GAUSSIAN, SHIFT_WITH_NOISE -> NORMAL_OPERATIONS;
          case MEAN_SHIFT -> 0;
          case LINEAR -> dimension;
          case COVARIANCE -> NORMAL_OPERATIONS + dimension / 2.0;
          case COVARIANCE_WITH_NOISE -> 2 * NORMAL_OPERATIONS + dimension / 2.0;
        };
  }
}
