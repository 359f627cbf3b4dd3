package io.github.close4j.internal.gap;

import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * The interval of a distance of means, from resamples.
 *
 * <p>A norm only grows by noise: a sample's distance lies above that of the population, and a
 * resample's above the sample's, so the resamples' quantiles may both lie above the estimate. But
 * the error of a vector of means has no such bias. So the errors {@code ε} are taken from the
 * resamples, and a distance {@code δ} belongs to the interval if the measured one is not too large
 * or too small, each with half of what is left of the confidence, among the {@code |δ·u + ε|},
 * {@code u} being the measured direction. With many dimensions and few pairs the measured distance
 * may be mere noise and lie above all of these; the interval then reaches up to it, which makes it
 * wider than need be, never narrower: its coverage may rise by the upper half of what is left.
 *
 * <p>Source: inversion of bootstrap tests, Carpenter, "Test inversion bootstrap confidence
 * intervals", Journal of the Royal Statistical Society B 61, 1999.
 */
final class DistanceInterval {
  private static final int BISECTIONS = 60;

  private final double measured;

  /** The errors' components along the measured difference. */
  private final double[] along;

  /** The errors' squared norms. */
  private final double[] squares;

  /**
   * Takes the errors from resamples.
   *
   * @param measured the norm of the mean difference
   * @param norms the norm of each resample's mean difference
   * @param projections each resample's mean difference along the measured one
   */
  DistanceInterval(double measured, double[] norms, double[] projections) {
    this.measured = measured;
    along = Arrays.stream(projections).map(projection -> projection - measured).toArray();
    squares = new double[norms.length];
    for (int i = 0; i < squares.length; i++) {
      // |m* − m|² = |m*|² − 2 m*·m + |m|²
      squares[i] =
          Math.max(0, norms[i] * norms[i] - 2 * projections[i] * measured + measured * measured);
    }
  }

  /** The smallest distance that the measured one is not too large for. */
  double low(double tail) {
    return boundary(distance -> 1 - shareBelow(distance) >= tail);
  }

  /** The largest distance that the measured one is not too small for, at least the measured. */
  double high(double tail) {
    return Math.max(measured, boundary(distance -> shareBelow(distance) < tail));
  }

  /** The share of resamples in which a population's distance is measured as less than ours. */
  private double shareBelow(double distance) {
    int below = 0;
    for (int i = 0; i < squares.length; i++) {
      double square = distance * distance + 2 * distance * along[i] + squares[i];
      below += square < measured * measured ? 1 : 0;
    }
    return (double) below / squares.length;
  }

  /** Where a condition begins to hold that holds for all large distances. */
  private double boundary(DoublePredicate condition) {
    if (condition.test(0)) {
      return 0;
    }
    double without = 0;
    double with = measured + Math.sqrt(Arrays.stream(squares).max().orElse(0)) + 1;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (without + with) / 2;
      if (condition.test(middle)) {
        with = middle;
      } else {
        without = middle;
      }
    }
    return with;
  }
}
