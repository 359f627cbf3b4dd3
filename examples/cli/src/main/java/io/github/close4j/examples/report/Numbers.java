package io.github.close4j.examples.report;

import java.util.Locale;

/** Numbers as tables show them. */
final class Numbers {
  private Numbers() {}

  /** Four decimals; a bar where there is no number. */
  static String of(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "–";
  }
}
