package io.github.close4j.examples.tables;

import java.util.List;
import java.util.Locale;

/**
 * Values of several seeds.
 *
 * @param values a value a seed, perhaps none
 */
record Spread(List<Double> values) {

  double mean() {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** The sample's standard deviation, with {@code n − 1}; NaN for fewer than two values. */
  double standardDeviation() {
    double mean = mean();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
  }

  /** "95.1 ± 0.4"; one value alone without a deviation, none as a dash. */
  @Override
  public String toString() {
    return switch (values.size()) {
      case 0 -> "–";
      case 1 -> String.format(Locale.ROOT, "%.1f (1 seed)", mean());
      default -> String.format(Locale.ROOT, "%.1f ± %.1f", mean(), standardDeviation());
    };
  }
}
