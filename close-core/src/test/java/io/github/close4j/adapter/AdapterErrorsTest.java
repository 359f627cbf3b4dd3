package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterErrorsTest {
  private static final float[] TWO = {0.1f, 0.2f};
  private static final float[] FOUR = {1, 0, 0, 1};

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, Double.NaN, Double.POSITIVE_INFINITY, 1e300})
  void badStandardDeviations(double noiseStdDev) {
    assertMessage("noiseStdDev", () -> new GaussianNoise(noiseStdDev));
  }

  @Test
  void badParameters() {
    float[] notANumber = {0, Float.NaN};
    assertMessage("shift, component 1", () -> new MeanShift(notANumber));
    assertMessage("shift", () -> new MeanShift(new float[0]));
    assertMessage("multiplier", () -> new MeanShift(TWO).times(Double.NaN));
    assertMessage("multiplier * shift", () -> new MeanShift(TWO).times(1e200));
    assertMessage("dimension", () -> MeanShift.randomDirection(0, 1, 1));
    assertMessage("matrix: expected [2, 2]", () -> new LinearAdapter(new float[6], TWO));
    assertMessage("bias, component 1", () -> new LinearAdapter(FOUR, notANumber));
    assertMessage("multiplier", () -> new CovarianceNoise(TWO, FOUR).times(Double.NaN));
    assertMessage("variance", () -> GaussianNoise.ofVariance(-0.1));
    assertMessage("variance", () -> GaussianNoise.ofVariance(Double.NaN));
    assertMessage("mean, component 1", () -> new CovarianceNoise(notANumber, FOUR));
    assertMessage("factor: expected [2, 2]", () -> new CovarianceNoise(TWO, new float[3]));
    float[] upper = {1, 2, 0, 1};
    assertMessage("row 0, column 1", () -> new CovarianceNoise(TWO, upper));
  }

  @Test
  void anotherDimensionThanTheAdapters() {
    EmbeddingBatch batch = Rows.unit(4, 3, 1);
    ExampleNoise noise = Rows.noise(4);
    for (ModalityAdapter adapter :
        new ModalityAdapter[] {
          new MeanShift(TWO),
          new LinearAdapter(FOUR, TWO),
          new CovarianceNoise(TWO, FOUR),
          new CovarianceNoise(TWO, FOUR).trainingOnly(),
          new GaussianNoise(0.1).then(new MeanShift(TWO))
        }) {
      String message = "expected dimension 2, found 3";
      assertMessage(message, () -> adapter.adaptForTraining(batch, noise));
      assertMessage(message, () -> adapter.adaptForEvaluation(batch));
    }
  }

  @Test
  void noiseForAnotherNumberOfRows() {
    EmbeddingBatch batch = Rows.unit(4, 2, 1);
    ExampleNoise noise = Rows.noise(3);
    for (ModalityAdapter adapter :
        new ModalityAdapter[] {
          new GaussianNoise(0),
          ModalityAdapter.identity(),
          new MeanShift(TWO),
          new LinearAdapter(FOUR, TWO).withoutNormalization(),
          new CovarianceNoise(TWO, FOUR),
          new MeanShift(TWO).then(new MeanShift(TWO))
        }) {
      assertMessage("4 rows, found 3", () -> adapter.adaptForTraining(batch, noise));
    }
  }

  @Test
  void aRowWithoutDirectionIsNamed() {
    EmbeddingBatch batch = EmbeddingBatch.wrap(new float[] {1, 0, 0, 1}, 2);
    ModalityAdapter adapter = new MeanShift(new float[] {0, -1});
    assertMessage("row 1", () -> adapter.adaptForEvaluation(batch));
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
