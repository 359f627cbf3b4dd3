package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AffineMapTest {
  @Property(tries = 60)
  void foldingIntoAProjectionEqualsAdaptingFirst(
      @ForAll @IntRange(min = 1, max = 40) int dimension,
      @ForAll @IntRange(min = 1, max = 20) int outputs,
      @ForAll long seed) {
    MeanShift shift = new MeanShift(Rows.gaussian(dimension, 0.1, seed), -0.5, false, 0.1);
    LinearAdapter linear =
        new LinearAdapter(
            Rows.gaussian(dimension * dimension, 0.3, seed + 1),
            Rows.gaussian(dimension, 0.1, seed + 2),
            false,
            0);
    List<ModalityAdapter> adapters =
        List.of(
            shift,
            linear,
            new GaussianNoise(0.1),
            new AdapterSequence(List.of(shift, linear)),
            new AdapterSequence(List.of(linear, shift)),
            new AdapterSequence(List.of(linear, new IdentityAdapter(), linear)),
            new AdapterSequence(List.of(shift, new AdapterSequence(List.of()), shift)));
    float[] weights = Rows.gaussian(outputs * dimension, 0.2, seed + 3);
    float[] bias = Rows.gaussian(outputs, 0.2, seed + 4);
    for (ModalityAdapter adapter : adapters) {
      EmbeddingBatch batch = Rows.unit(3, dimension, seed + 5);
      EmbeddingBatch adapted = batch.copy();
      adapter.adaptForEvaluation(adapted);
      float[] foldedWeights = weights.clone();
      float[] foldedBias = bias.clone();
      Objects.requireNonNull(adapter.evaluationMap()).foldInto(foldedWeights, foldedBias);
      assertArrayEquals(
          project(adapted, weights, bias), project(batch, foldedWeights, foldedBias), 1e-5f);
    }
  }

  private static float[] project(EmbeddingBatch batch, float[] weights, float[] bias) {
    int dimension = batch.dimension();
    float[] projected = new float[batch.rows() * bias.length];
    for (int i = 0; i < projected.length; i++) {
      int output = i % bias.length;
      double sum = bias[output];
      for (int j = 0; j < dimension; j++) {
        sum += (double) weights[output * dimension + j] * batch.get(i / bias.length, j);
      }
      projected[i] = (float) sum;
    }
    return projected;
  }

  @Test
  void normalisationIsNotAffine() {
    float[] two = {1, 2};
    float[] four = {1, 0, 0, 1};
    assertNull(new MeanShift(two, 1, true, 0).evaluationMap());
    assertNull(new LinearAdapter(four, two, true, 0).evaluationMap());
    assertNull(CovarianceNoise.firstRelease(two, four, 1).evaluationMap());
    MeanShift last = new MeanShift(two, 1, true, 0);
    assertNull(new AdapterSequence(List.of(new IdentityAdapter(), last)).evaluationMap());
  }

  @Test
  void whatLeavesTextAloneIsTheIdentity() {
    float[] two = {1, 2};
    float[] four = {1, 0, 0, 1};
    for (ModalityAdapter adapter :
        List.of(
            new IdentityAdapter(),
            new GaussianNoise(0.1),
            new CosineBoundedNoise(0.5),
            CovarianceNoise.head(two, four, 0.1),
            new AdapterSequence(List.of()))) {
      float[] weights = four.clone();
      float[] bias = two.clone();
      Objects.requireNonNull(adapter.evaluationMap()).foldInto(weights, bias);
      assertArrayEquals(four, weights);
      assertArrayEquals(two, bias);
    }
  }

  @Test
  void badShapesAreNamed() {
    AffineMap two = AffineMap.shift(new float[2]);
    assertMessage("weights: expected [3, 2]", () -> two.foldInto(new float[5], new float[3]));
    AffineMap three = AffineMap.shift(new float[3]);
    assertMessage("expected dimension 2, found 3", () -> two.andThen(three));
    assertEquals("AffineMap[dimension=2, matrix=false]", two.toString());
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
