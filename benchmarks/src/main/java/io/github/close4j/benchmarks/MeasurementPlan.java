package io.github.close4j.benchmarks;

import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** How long and what the report measures. */
enum MeasurementPlan {
  /** The whole table, for absolute numbers. */
  FULL(3, 5, 1000, 5, 1000),
  /** The whole table in about forty minutes. */
  QUICK(1, 3, 700, 5, 300),
  /** 128 vectors of 768 alone, one thread, in about six minutes. */
  REQUIRED(2, 4, 1000, 5, 300),
  /** One short measurement of a small batch: shows that all runs, measures nothing. */
  SMOKE(1, 0, 0, 1, 20);

  private final int forks;
  private final int warmups;
  private final int warmupMillis;
  private final int measurements;
  private final int measurementMillis;

  MeasurementPlan(
      int forks, int warmups, int warmupMillis, int measurements, int measurementMillis) {
    this.forks = forks;
    this.warmups = warmups;
    this.warmupMillis = warmupMillis;
    this.measurements = measurements;
    this.measurementMillis = measurementMillis;
  }

  boolean withAllThreads() {
    return this != REQUIRED;
  }

  /** The settings in words, for the table's head. */
  String settings() {
    return "%d fork(s), %d × %.2f s of warm-up and %d × %.2f s measured in each"
        .formatted(forks, warmups, warmupMillis / 1000.0, measurements, measurementMillis / 1000.0);
  }

  ChainedOptionsBuilder applyTo(ChainedOptionsBuilder options) {
    options
        .forks(forks)
        .warmupIterations(warmups)
        .measurementIterations(measurements)
        .measurementTime(TimeValue.milliseconds(measurementMillis));
    if (warmups > 0) {
      options.warmupTime(TimeValue.milliseconds(warmupMillis));
    }
    return switch (this) {
      case FULL, QUICK -> options;
      case REQUIRED -> options.param("dimension", "768").param("rows", "128");
      case SMOKE -> options.param("dimension", "512").param("rows", "1");
    };
  }
}
