package io.github.close4j.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long a call takes.
 *
 * @param rounds calls that were measured, after {@value #WARM_UP} that were not
 * @param medianMillis median
 * @param p95Millis 95th percentile (nearest rank)
 */
record Latency(int rounds, double medianMillis, double p95Millis) {
  private static final int WARM_UP = 3;
  private static final int MOST_ROUNDS = 100;
  private static final double NANOS_A_MILLI = 1e6;
  private static final double NANOS = 1e9;
  private static final double HIGH_RANK = 0.95;

  /** Prepares the call of a round; what is returned is measured. */
  @FunctionalInterface
  interface Round {
    Runnable prepare(int number);
  }

  /**
   * Measures until both so many rounds and so much time have gone by; at most {@value #MOST_ROUNDS}
   * rounds. The peers measure by the same rule.
   */
  static Latency measure(int rounds, double seconds, Round round) {
    for (int i = 0; i < WARM_UP; i++) {
      round.prepare(i).run();
    }
    List<Double> millis = new ArrayList<>();
    long begun = System.nanoTime();
    while (millis.size() < rounds
        || millis.size() < MOST_ROUNDS && System.nanoTime() - begun < seconds * NANOS) {
      Runnable call = round.prepare(millis.size());
      long start = System.nanoTime();
      call.run();
      millis.add((System.nanoTime() - start) / NANOS_A_MILLI);
    }
    Collections.sort(millis);
    return new Latency(
        millis.size(),
        millis.get(millis.size() / 2),
        millis.get((int) Math.ceil(HIGH_RANK * millis.size()) - 1));
  }
}
