package io.github.close4j.examples.confidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The fit is the maximum that it says it is, and finds what examples were drawn from. */
final class LogisticRegressionTest {
  private static final int EXAMPLES = 20_000;

  /**
   * Of 20 000 examples the weights are known to 0.05 and less, so 0.3 is six deviations: a false
   * alarm in 10^8 runs.
   */
  @Test
  void findsWhatTheExamplesWereDrawnFrom() {
    SplittableRandom random = new SplittableRandom(1);
    List<double[]> numbers = numbers(EXAMPLES, random);
    List<Boolean> outcomes = new ArrayList<>();
    for (double[] x : numbers) {
      outcomes.add(random.nextDouble() < 1 / (1 + Math.exp(-(0.5 + 2 * x[0] - 0.03 * x[1]))));
    }
    LogisticRegression fitted = LogisticRegression.fit(numbers, outcomes);
    assertEquals(0.5, fitted.intercept(), 0.3);
    assertEquals(2, fitted.weight(0), 0.3);
    assertEquals(-0.03, fitted.weight(1), 0.003);
    assertEquals(
        1 / (1 + Math.exp(-(fitted.intercept() + fitted.weight(0) - 7 * fitted.weight(1)))),
        fitted.probability(1, -7),
        1e-12);
  }

  /** At the maximum the gradient of the likelihood is that of the prior. */
  @Test
  void isStationary() {
    SplittableRandom random = new SplittableRandom(2);
    List<double[]> numbers = numbers(50, random);
    List<Boolean> outcomes = numbers.stream().map(x -> x[0] + random.nextDouble() > 1).toList();
    LogisticRegression fitted = LogisticRegression.fit(numbers, outcomes);
    double were = outcomes.stream().filter(was -> was).count();
    double[] gradient = new double[3];
    for (int i = 0; i < 50; i++) {
      double target = outcomes.get(i) ? (were + 1) / (were + 2) : 1 / (50 - were + 2);
      double rest = target - fitted.probability(numbers.get(i));
      gradient[0] += rest;
      gradient[1] += rest * numbers.get(i)[0];
      gradient[2] += rest * numbers.get(i)[1];
    }
    assertEquals(0, gradient[0], 1e-8);
    for (int j = 0; j < 2; j++) {
      int number = j;
      double mean = numbers.stream().mapToDouble(x -> x[number]).average().orElseThrow();
      double variance =
          numbers.stream().mapToDouble(x -> Math.pow(x[number] - mean, 2)).average().orElseThrow();
      assertEquals(fitted.weight(j) * variance / 9, gradient[j + 1], 1e-6 * (1 + variance));
    }
  }

  /** Where a number divides the examples, all are alike, or a number says nothing. */
  @Test
  void hasASolutionWhereLikelihoodHasNone() {
    List<double[]> numbers = IntStream.range(0, 100).mapToObj(i -> new double[] {i, 5}).toList();
    List<Boolean> divided = IntStream.range(0, 100).mapToObj(i -> i >= 50).toList();
    LogisticRegression fitted = LogisticRegression.fit(numbers, divided);
    assertEquals(0, fitted.weight(1), 1e-9);
    assertTrue(fitted.probability(99, 5) > 0.95 && fitted.probability(0, 5) < 0.05);

    LogisticRegression alike =
        LogisticRegression.fit(numbers, IntStream.range(0, 100).mapToObj(i -> true).toList());
    assertEquals(101.0 / 102, alike.probability(30, 5), 1e-9);
  }

  private static List<double[]> numbers(int count, SplittableRandom random) {
    return IntStream.range(0, count)
        .mapToObj(i -> new double[] {2 * random.nextDouble() - 1, 100 * random.nextDouble() - 50})
        .toList();
  }
}
