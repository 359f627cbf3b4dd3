package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import org.junit.jupiter.api.Test;

class AdapterFittingTest {
  private static final int DIMENSION = 13;

  @Test
  void momentsAreThoseOfAPlainTwoPassSum() {
    int pairs = 2500;
    EmbeddingBatch text = Rows.unit(pairs, DIMENSION, 1);
    EmbeddingBatch image = Rows.unit(pairs, DIMENSION, 2);
    PairedStatistics statistics = PairedStatistics.of(text, image);
    double[] mean = new double[DIMENSION];
    for (int row = 0; row < pairs; row++) {
      for (int i = 0; i < DIMENSION; i++) {
        mean[i] += difference(text, image, row, i) / pairs;
      }
    }
    double[] covariance = new double[DIMENSION * DIMENSION];
    for (int row = 0; row < pairs; row++) {
      for (int i = 0; i < DIMENSION; i++) {
        for (int j = 0; j < DIMENSION; j++) {
          covariance[i * DIMENSION + j] +=
              (difference(text, image, row, i) - mean[i])
                  * (difference(text, image, row, j) - mean[j])
                  / (pairs - 1);
        }
      }
    }
    assertEquals(pairs, statistics.pairs());
    assertEquals(DIMENSION, statistics.dimension());
    assertArrayEquals(mean, statistics.meanDifference(), 1e-12);
    assertArrayEquals(covariance, statistics.covariance(), 1e-12);
  }

  private static double difference(EmbeddingBatch text, EmbeddingBatch image, int row, int i) {
    return (double) image.get(row, i) - text.get(row, i);
  }

  @Test
  void meanShiftRecoversTheShift() {
    float[] shift = Rows.gaussian(DIMENSION, 0.1, 3);
    EmbeddingBatch text = Rows.unit(100, DIMENSION, 4);
    EmbeddingBatch image = text.copy();
    new MeanShift(shift).withoutNormalization().adaptForEvaluation(image);
    MeanShift fitted = AdapterFitting.meanShift(ofAnyNorm(text, image));
    assertArrayEquals(shift, fitted.shift(), 1e-7f);
    assertEquals(1, fitted.multiplier());
    assertTrue(fitted.normalized());
  }

  @Test
  void linearRecoversTheMapWithoutNoise() {
    float[] matrix = Rows.gaussian(DIMENSION * DIMENSION, 0.3, 5);
    float[] bias = Rows.gaussian(DIMENSION, 0.1, 6);
    EmbeddingBatch text = Rows.unit(200, DIMENSION, 7);
    EmbeddingBatch image = affine(matrix, bias, text);
    LinearAdapter fitted = AdapterFitting.linear(ofAnyNorm(text, image), 0);
    assertArrayEquals(matrix, fitted.matrix(), 2e-6f);
    assertArrayEquals(bias, fitted.bias(), 2e-6f);
    assertTrue(fitted.normalized());
  }

  /** The gradient of the squared error is zero at the least-squares solution. */
  @Test
  void linearResidualsAreOrthogonalToTheText() {
    int pairs = 300;
    EmbeddingBatch text = Rows.unit(pairs, DIMENSION, 8);
    EmbeddingBatch image = Rows.unit(pairs, DIMENSION, 9);
    LinearAdapter fitted = AdapterFitting.linear(PairedStatistics.of(text, image), 0);
    EmbeddingBatch predicted = affine(fitted.matrix(), fitted.bias(), text);
    for (int i = 0; i < DIMENSION; i++) {
      double sum = 0;
      double[] products = new double[DIMENSION];
      for (int row = 0; row < pairs; row++) {
        double residual = (double) image.get(row, i) - predicted.get(row, i);
        sum += residual;
        for (int j = 0; j < DIMENSION; j++) {
          products[j] += residual * text.get(row, j);
        }
      }
      assertEquals(0, sum, 2e-5);
      assertArrayEquals(new double[DIMENSION], products, 2e-5);
    }
  }

  /**
   * From n = 200 000 pairs each component of the covariance is within 6 standard errors of the
   * truth, a false-alarm rate below 4e-7 for all 91 together.
   */
  @Test
  void aCovarianceThatOthersEstimatedGivesTheSameNoise() {
    PairedStatistics statistics =
        PairedStatistics.of(Rows.unit(400, DIMENSION, 31), Rows.unit(400, DIMENSION, 32));
    CovarianceNoise fitted = AdapterFitting.covarianceNoise(statistics);
    CovarianceNoise made =
        AdapterFitting.covarianceNoise(statistics.meanDifference(), statistics.covariance());
    assertArrayEquals(fitted.mean(), made.mean());
    assertArrayEquals(fitted.factor(), made.factor());
  }

  @Test
  void whatIsNoCovarianceIsRefused() {
    double[] mean = {0.1, 0.2};
    for (double[] covariance :
        new double[][] {
          {1, 0.5, 0.25, 1}, {1, 1, 1, 1}, {1, 2, 2, 1}, {1, Double.NaN, Double.NaN, 1},
          {0, 0, 0, 0}, {-1, 0, 0, -1}, {1, 0, 0}, {}
        }) {
      assertThrows(
          IllegalArgumentException.class, () -> AdapterFitting.covarianceNoise(mean, covariance));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> AdapterFitting.covarianceNoise(new double[0], new double[0]));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            AdapterFitting.covarianceNoise(
                new double[] {Double.NaN, 0}, new double[] {1, 0, 0, 1}));
  }

  @Test
  void covarianceNoiseRecoversMeanAndFactor() {
    int pairs = 200_000;
    float[] mean = Rows.gaussian(DIMENSION, 0.1, 10);
    float[] factor = Rows.lowerTriangular(DIMENSION, 0.1, 11);
    EmbeddingBatch text = Rows.unit(pairs, DIMENSION, 12);
    EmbeddingBatch draws = EmbeddingBatch.wrap(Rows.gaussian(pairs * DIMENSION, 1, 13), DIMENSION);
    EmbeddingBatch image = affine(factor, mean, draws);
    for (int i = 0; i < image.values().length; i++) {
      image.values()[i] += text.values()[i];
    }
    PairedStatistics statistics = ofAnyNorm(text, image);
    double[] expected = timesItsTranspose(factor);
    double[] covariance = statistics.covariance();
    for (int i = 0; i < DIMENSION; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        double cross = expected[i * DIMENSION + j];
        double squares = expected[i * DIMENSION + i] * expected[j * DIMENSION + j];
        double standardError = Math.sqrt((squares + cross * cross) / pairs);
        assertEquals(cross, covariance[i * DIMENSION + j], 6 * standardError);
      }
    }
    CovarianceNoise fitted = AdapterFitting.covarianceNoise(statistics);
    assertArrayEquals(mean, fitted.mean(), 0.005f);
    assertArrayEquals(covariance, timesItsTranspose(fitted.factor()), 1e-7);
    assertEquals(1, fitted.multiplier());
  }

  @Test
  void meanRemovalPutsBothMeansAtTheOrigin() {
    EmbeddingBatch text = Rows.unit(50, DIMENSION, 16);
    EmbeddingBatch image = Rows.unit(50, DIMENSION, 17);
    PairedStatistics statistics = PairedStatistics.of(text, image);
    MeanShift ofText = AdapterFitting.textMeanRemoval(statistics);
    MeanShift ofImages = AdapterFitting.imageMeanRemoval(statistics);
    for (MeanShift shift : new MeanShift[] {ofText, ofImages}) {
      assertEquals(-1, shift.multiplier());
      assertTrue(shift.normalized());
    }
    for (int i = 0; i < DIMENSION; i++) {
      assertEquals(statistics.textMean()[i], ofText.shift()[i], 1e-7);
      assertEquals(statistics.imageMean()[i], ofImages.shift()[i], 1e-7);
    }
  }

  @Test
  void tooFewPairsAreNamed() {
    EmbeddingBatch text = Rows.unit(DIMENSION, DIMENSION, 14);
    EmbeddingBatch image = Rows.unit(DIMENSION, DIMENSION, 15);
    PairedStatistics statistics = PairedStatistics.of(text, image);
    assertMessage(
        "from 13 pairs in dimension 13: expected positive definite",
        () -> AdapterFitting.linear(statistics, 0));
    assertMessage(
        "from 13 pairs in dimension 13: expected positive definite",
        () -> AdapterFitting.covarianceNoise(statistics));
    PairedStatistics same = PairedStatistics.of(text, text);
    assertMessage("positive definite", () -> AdapterFitting.shrunkCovarianceNoise(same));
  }

  @Test
  void onePairHasAMeanAndNoCovariance() {
    EmbeddingBatch text = Rows.unit(1, DIMENSION, 14);
    PairedStatistics one = PairedStatistics.of(text, text);
    assertEquals(1, one.pairs());
    assertArrayEquals(new float[DIMENSION], AdapterFitting.meanShift(one).shift());
    assertThrows(IllegalStateException.class, one::covariance);
  }

  @Test
  void badPairsAreNamed() {
    EmbeddingBatch text = Rows.unit(3, 2, 1);
    assertMessage("one shape", () -> PairedStatistics.of(text, Rows.unit(4, 2, 1)));
    assertMessage("one shape", () -> PairedStatistics.of(text, Rows.unit(3, 3, 1)));
    EmbeddingBatch none = EmbeddingBatch.allocate(0, 2);
    assertMessage("at least 1", () -> PairedStatistics.of(none, none));
    EmbeddingBatch broken = text.copy();
    broken.values()[3] = Float.NaN;
    assertMessage("image, row 1: expected norm 1", () -> PairedStatistics.of(text, broken));
    EmbeddingBatch zero = text.copy();
    zero.values()[4] = 0;
    zero.values()[5] = 0;
    assertMessage("text, row 2: expected norm 1, found 0.0", () -> PairedStatistics.of(zero, text));
    EmbeddingBatch longer = EmbeddingBatch.wrap(new float[] {0, 1, 1.002f, 0, 1, 0}, 2);
    assertMessage(
        "image, row 1: expected norm 1, found 1.00", () -> PairedStatistics.of(text, longer));
    EmbeddingBatch nearly = EmbeddingBatch.wrap(new float[] {0, 1, 1.0009f, 0, 1, 0}, 2);
    assertEquals(3, PairedStatistics.of(text, nearly).pairs());
    PairedStatistics statistics = PairedStatistics.of(text, Rows.unit(3, 2, 2));
    assertMessage("ridge", () -> AdapterFitting.linear(statistics, -1));
    PairedStatistics other = PairedStatistics.of(Rows.unit(3, 3, 1), Rows.unit(3, 3, 2));
    assertMessage("dimension 2, found 3", () -> statistics.merge(other));
  }

  /** Pairs whose images were made by a formula, and so have no norm of 1. */
  private static PairedStatistics ofAnyNorm(EmbeddingBatch text, EmbeddingBatch image) {
    PairedMoments moments = new PairedMoments(text.dimension());
    moments.add(text, image);
    return new PairedStatistics(moments);
  }

  /** A·x + b for every row, not normalised. */
  private static EmbeddingBatch affine(float[] matrix, float[] bias, EmbeddingBatch batch) {
    int dimension = batch.dimension();
    EmbeddingBatch mapped = EmbeddingBatch.allocate(batch.rows(), dimension);
    for (int row = 0; row < batch.rows(); row++) {
      for (int i = 0; i < dimension; i++) {
        double sum = bias[i];
        for (int j = 0; j < dimension; j++) {
          sum += (double) matrix[i * dimension + j] * batch.get(row, j);
        }
        mapped.values()[row * dimension + i] = (float) sum;
      }
    }
    return mapped;
  }

  private static double[] timesItsTranspose(float[] factor) {
    double[] product = new double[DIMENSION * DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        for (int k = 0; k < DIMENSION; k++) {
          product[i * DIMENSION + j] +=
              (double) factor[i * DIMENSION + k] * factor[j * DIMENSION + k];
        }
      }
    }
    return product;
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
