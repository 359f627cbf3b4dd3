package io.github.close4j.examples.confidence;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * How likely something is by a few numbers: {@code 1 / (1 + exp(−(intercept + weights · x)))}.
 *
 * <p>Fitted by Newton's method to the maximum of the likelihood, under a normal prior of deviation
 * {@value #PRIOR_DEVIATION} on the weights of the numbers in units of their own deviations, and
 * with Platt's targets in place of 0 and 1. So it has a solution also if a number divides the
 * examples, or all of them are alike.
 *
 * <p>Source: Platt, "Probabilistic outputs for support vector machines", 1999.
 */
final class LogisticRegression {
  private static final double PRIOR_DEVIATION = 3;
  private static final int MAX_STEPS = 100;
  private static final double SMALL_STEP = 1e-10;
  private static final double ROUNDING = 1e-9;

  private final double intercept;
  private final double[] weights;

  private LogisticRegression(double intercept, double[] weights) {
    this.intercept = intercept;
    this.weights = weights;
  }

  /**
   * Fits to examples.
   *
   * @param numbers of each example, as many of each
   * @param outcomes whether it was so
   */
  static LogisticRegression fit(List<double[]> numbers, List<Boolean> outcomes) {
    double[] mean = mean(numbers);
    double[] deviation = deviation(numbers, mean);
    DMatrixRMaj design = design(numbers, mean, deviation);
    double[] targets = targets(outcomes);
    DMatrixRMaj solution = new DMatrixRMaj(mean.length + 1, 1);
    for (int step = 0; step < MAX_STEPS; step++) {
      DMatrixRMaj change = newtonStep(design, targets, solution);
      CommonOps_DDRM.addEquals(solution, change);
      if (CommonOps_DDRM.elementMaxAbs(change) < SMALL_STEP) {
        break;
      }
    }
    double intercept = solution.get(0);
    double[] weights = new double[mean.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = solution.get(i + 1) / deviation[i];
      intercept -= weights[i] * mean[i];
    }
    return new LogisticRegression(intercept, weights);
  }

  private static double[] mean(List<double[]> numbers) {
    double[] mean = new double[numbers.get(0).length];
    numbers.forEach(x -> Arrays.setAll(mean, i -> mean[i] + x[i] / numbers.size()));
    return mean;
  }

  /** 1 for a number that is always the same, but for rounding. */
  private static double[] deviation(List<double[]> numbers, double[] mean) {
    double[] variance = new double[mean.length];
    for (double[] x : numbers) {
      Arrays.setAll(
          variance, i -> variance[i] + (x[i] - mean[i]) * (x[i] - mean[i]) / numbers.size());
    }
    double[] deviation = new double[mean.length];
    Arrays.setAll(
        deviation,
        i -> Math.sqrt(variance[i]) > ROUNDING * Math.abs(mean[i]) ? Math.sqrt(variance[i]) : 1);
    return deviation;
  }

  /** [examples, 1 + numbers], a column of ones before the standardised numbers. */
  private static DMatrixRMaj design(List<double[]> numbers, double[] mean, double[] deviation) {
    DMatrixRMaj design = new DMatrixRMaj(numbers.size(), mean.length + 1);
    for (int row = 0; row < numbers.size(); row++) {
      design.set(row, 0, 1);
      for (int i = 0; i < mean.length; i++) {
        design.set(row, i + 1, (numbers.get(row)[i] - mean[i]) / deviation[i]);
      }
    }
    return design;
  }

  /** What one more example of either outcome would leave of certainty. */
  private static double[] targets(List<Boolean> outcomes) {
    double were = outcomes.stream().filter(was -> was).count();
    double wereNot = outcomes.size() - were;
    return outcomes.stream()
        .mapToDouble(was -> was ? (were + 1) / (were + 2) : 1 / (wereNot + 2))
        .toArray();
  }

  /** The gradient divided by the Hessian. */
  private static DMatrixRMaj newtonStep(
      DMatrixRMaj design, double[] targets, DMatrixRMaj solution) {
    int size = solution.numRows;
    DMatrixRMaj gradient = new DMatrixRMaj(size, 1);
    DMatrixRMaj hessian = new DMatrixRMaj(size, size);
    for (int i = 1; i < size; i++) {
      double precision = 1 / (PRIOR_DEVIATION * PRIOR_DEVIATION);
      gradient.add(i, 0, -precision * solution.get(i));
      hessian.add(i, i, precision);
    }
    for (int row = 0; row < targets.length; row++) {
      double z = 0;
      for (int i = 0; i < size; i++) {
        z += design.get(row, i) * solution.get(i);
      }
      double probability = sigmoid(z);
      for (int i = 0; i < size; i++) {
        gradient.add(i, 0, (targets[row] - probability) * design.get(row, i));
        for (int j = 0; j < size; j++) {
          hessian.add(
              i, j, probability * (1 - probability) * design.get(row, i) * design.get(row, j));
        }
      }
    }
    DMatrixRMaj step = new DMatrixRMaj(size, 1);
    CommonOps_DDRM.solve(hessian, gradient, step);
    return step;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  double intercept() {
    return intercept;
  }

  double weight(int number) {
    return weights[number];
  }

  double probability(double... numbers) {
    double z = intercept;
    for (int i = 0; i < numbers.length; i++) {
      z += weights[i] * numbers[i];
    }
    return sigmoid(z);
  }
}
