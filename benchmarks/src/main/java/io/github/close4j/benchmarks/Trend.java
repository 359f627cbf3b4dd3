package io.github.close4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Measurements over time, and the slope of the least-squares line through the later ones. */
final class Trend {
  private final List<Double> times = new ArrayList<>();
  private final List<Double> values = new ArrayList<>();

  void add(double time, double value) {
    times.add(time);
    values.add(value);
  }

  /** Change of the value per unit of time over the last two thirds; NaN below two measurements. */
  double slopeOfLastTwoThirds() {
    int from = times.size() / 3;
    double meanTime = mean(times, from);
    double meanValue = mean(values, from);
    double covariance = 0;
    double variance = 0;
    for (int i = from; i < times.size(); i++) {
      double offset = times.get(i) - meanTime;
      covariance += offset * (values.get(i) - meanValue);
      variance += offset * offset;
    }
    return covariance / variance;
  }

  private static double mean(List<Double> all, int from) {
    return all.stream().skip(from).mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
