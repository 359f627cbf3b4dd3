package io.github.close4j.internal.gap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.gap.GapBootstrap.Interval;
import io.github.close4j.metric.ModalityGap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GapBootstrapTest {
  /** For a mean the bootstrap's interval is that of its standard error, here to 10%. */
  @Test
  void intervalsAreThoseOfTheStandardError() {
    int pairs = 200;
    EmbeddingBatch text = unit(pairs, 13, 1, 0.5f);
    EmbeddingBatch image = unit(pairs, 13, 2, 0.2f);
    Map<GapMeasure, Interval> intervals = GapBootstrap.intervals(text, image, 4000, 0.95, 7);
    ModalityGap gap = ModalityGap.measure(text, image);
    double squares = 0;
    for (int i = 0; i < pairs; i++) {
      squares += Math.pow(dot(text.row(i), image.row(i)) - gap.pairCosine(), 2);
    }
    double halfWidth = 1.96 * Math.sqrt(squares / (pairs - 1) / pairs);
    Interval cosine = Objects.requireNonNull(intervals.get(GapMeasure.PAIR_COSINE));
    assertEquals(gap.pairCosine(), cosine.estimate());
    assertEquals(gap.pairCosine() - halfWidth, cosine.low(), 0.1 * halfWidth);
    assertEquals(gap.pairCosine() + halfWidth, cosine.high(), 0.1 * halfWidth);
    double share = gap.imageToTextRecallAt5();
    halfWidth = 1.96 * Math.sqrt(share * (1 - share) / pairs);
    Interval recall = Objects.requireNonNull(intervals.get(GapMeasure.IMAGE_TO_TEXT_RECALL_AT_5));
    // Recall moves in steps of 1/200.
    assertEquals(share - halfWidth, recall.low(), 0.01);
    assertEquals(share + halfWidth, recall.high(), 0.01);
    for (GapMeasure measure : GapMeasure.values()) {
      Interval interval = Objects.requireNonNull(intervals.get(measure));
      assertEquals(measure.of(gap), interval.estimate());
      assertTrue(interval.low() <= interval.high());
    }
    assertEquals(intervals, GapBootstrap.intervals(text, image, 4000, 0.95, 7));
    assertNotEquals(intervals, GapBootstrap.intervals(text, image, 4000, 0.95, 8));
  }

  /** Copies of a pair are not unrelated, so a resample of equal directions stays at its cosine. */
  @Test
  void aPairIsNotUnrelatedToItsCopies() {
    EmbeddingBatch two = EmbeddingBatch.wrap(new float[] {1, 0, 0, 1}, 2);
    Interval unrelated =
        GapBootstrap.intervals(two, two, 50, 0.9, 1).get(GapMeasure.UNRELATED_TEXT_COSINE);
    assertEquals(new Interval(0, 0, 0), unrelated);
    assertMessage("resamples", () -> GapBootstrap.intervals(two, two, 0, 0.9, 1).size());
    assertMessage("confidence", () -> GapBootstrap.intervals(two, two, 1, 1, 1).size());
  }

  private static EmbeddingBatch unit(int rows, int dimension, long seed, float shift) {
    Random random = new Random(seed);
    EmbeddingBatch batch = EmbeddingBatch.allocate(rows, dimension);
    for (int i = 0; i < batch.values().length; i++) {
      batch.values()[i] = shift + (float) random.nextGaussian();
    }
    batch.normalize();
    return batch;
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (double) left[i] * right[i];
    }
    return sum;
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }
}
