package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.List;
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
    assertMessage("noiseStdDev", () -> new MeanShift(TWO, 1, true, noiseStdDev));
    assertMessage("noiseStdDev", () -> new LinearAdapter(FOUR, TWO, true, noiseStdDev));
    assertMessage("noiseStdDev", () -> CovarianceNoise.head(TWO, FOUR, noiseStdDev));
  }

  @Test
  void badParameters() {
    float[] notANumber = {0, Float.NaN};
    assertMessage("shift, component 1", () -> new MeanShift(notANumber, 1, true, 0));
    assertMessage("shift", () -> new MeanShift(new float[0], 1, true, 0));
    assertMessage("multiplier", () -> new MeanShift(TWO, Double.NaN, true, 0));
    assertMessage("multiplier * shift", () -> new MeanShift(TWO, 1e200, true, 0));
    assertMessage("dimension", () -> MeanShift.randomDirection(0, 1, 1, true, 0));
    assertMessage("matrix: expected [2, 2]", () -> new LinearAdapter(new float[6], TWO, true, 0));
    assertMessage("bias, component 1", () -> new LinearAdapter(FOUR, notANumber, true, 0));
    assertMessage("multiplier", () -> CovarianceNoise.firstRelease(TWO, FOUR, Double.NaN));
    assertMessage("variance", () -> GaussianNoise.ofVariance(-0.1));
    assertMessage("variance", () -> GaussianNoise.ofVariance(Double.NaN));
    assertMessage("minCosines: expected at least 1", CosineBoundedNoise::new);
    assertMessage("found 1.1", () -> new CosineBoundedNoise(0.5, 1.1));
    assertMessage("found 0.0", () -> new CosineBoundedNoise(0));
    assertMessage("dimension 2, found 1", () -> MeanRemoval.of(TWO, new float[1], 0.1));
    float[] upper = {1, 2, 0, 1};
    assertMessage("row 0, column 1", () -> CovarianceNoise.firstRelease(TWO, upper, 1));
  }

  @Test
  void anotherDimensionThanTheAdapters() {
    EmbeddingBatch batch = Rows.unit(4, 3, 1);
    ExampleNoise noise = Rows.noise(4);
    for (ModalityAdapter adapter :
        new ModalityAdapter[] {
          new MeanShift(TWO, 1, true, 0.1),
          new LinearAdapter(FOUR, TWO, true, 0.1),
          CovarianceNoise.firstRelease(TWO, FOUR, 1),
          CovarianceNoise.head(TWO, FOUR, 0.1)
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
          new IdentityAdapter(),
          new CosineBoundedNoise(0.9),
          new MeanShift(TWO, 1, true, 0),
          new LinearAdapter(FOUR, TWO, false, 0),
          CovarianceNoise.firstRelease(TWO, FOUR, 1),
          new AdapterSequence(List.of())
        }) {
      assertMessage("4 rows, found 3", () -> adapter.adaptForTraining(batch, noise));
    }
  }

  @Test
  void aRowWithoutDirectionIsNamed() {
    EmbeddingBatch batch = EmbeddingBatch.wrap(new float[] {1, 0, 0, 1}, 2);
    ModalityAdapter adapter = new MeanShift(new float[] {0, -1}, 1, true, 0);
    assertMessage("row 1", () -> adapter.adaptForEvaluation(batch));
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
