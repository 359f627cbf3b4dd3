package io.github.close4j.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModalityGapTest {
  @Test
  void equalsPlainSumsOverAllPairs() {
    int pairs = 57;
    EmbeddingBatch text = unit(pairs, 13, 1, 0.5f);
    EmbeddingBatch image = text.copy();
    Random random = new Random(3);
    for (int i = 0; i < image.values().length; i++) {
      image.values()[i] += (float) (0.3 * random.nextGaussian() + (i % 13 == 0 ? 0.5 : 0));
    }
    image.normalize();
    ModalityGap gap = ModalityGap.measure(text, image);
    double related = 0;
    for (int i = 0; i < pairs; i++) {
      related += dot(text.row(i), image.row(i)) / pairs;
    }
    assertEquals(related, gap.pairCosine(), 1e-12);
    assertEquals(unrelated(text, text), gap.unrelatedTextCosine(), 1e-12);
    assertEquals(unrelated(image, image), gap.unrelatedImageCosine(), 1e-12);
    assertEquals(unrelated(text, image), gap.unrelatedTextImageCosine(), 1e-12);
    assertEquals(meanDistance(text, image), gap.meanDifferenceNorm(), 1e-12);
    assertEquals(recall(text, image, 1), gap.imageToTextRecallAt1());
    assertEquals(recall(text, image, 5), gap.imageToTextRecallAt5());
    assertEquals(recall(text, image, 10), gap.imageToTextRecallAt10());
    assertEquals(recall(image, text, 1), gap.textToImageRecallAt1());
    assertEquals(recall(image, text, 5), gap.textToImageRecallAt5());
    assertEquals(recall(image, text, 10), gap.textToImageRecallAt10());
    assertTrue(gap.imageToTextRecallAt1() > 0.1 && gap.imageToTextRecallAt1() < 1);
  }

  @Test
  void theDirectionIsAUnitVectorAlongTheMeans() {
    EmbeddingBatch text = unit(40, 13, 1, 0.5f);
    EmbeddingBatch image = unit(40, 13, 2, -0.5f);
    double[] direction = ModalityGap.direction(text, image);
    double squares = 0;
    double along = 0;
    for (int i = 0; i < direction.length; i++) {
      squares += direction[i] * direction[i];
      for (int row = 0; row < 40; row++) {
        along += direction[i] * ((double) image.get(row, i) - text.get(row, i)) / 40;
      }
    }
    assertEquals(1, squares, 1e-12);
    assertEquals(ModalityGap.measure(text, image).meanDifferenceNorm(), along, 1e-12);
    assertMessage("means", () -> assertEquals(0, ModalityGap.direction(text, text).length));
  }

  @Test
  void identicalBatchesHaveNoGap() {
    EmbeddingBatch text = unit(20, 13, 1, 0);
    ModalityGap gap = ModalityGap.measure(text, text);
    assertEquals(1, gap.pairCosine(), 1e-6);
    assertEquals(0, gap.meanDifferenceNorm());
    assertEquals(1, gap.imageToTextRecallAt1());
  }

  @Test
  void vectorsThatAreAllTheSameRetrieveNothing() {
    EmbeddingBatch same = EmbeddingBatch.wrap(new float[] {0, 1, 0, 1, 0, 1}, 2);
    ModalityGap gap = ModalityGap.measure(same, same);
    assertEquals(0, gap.imageToTextRecallAt1());
    assertEquals(1, gap.imageToTextRecallAt5());
    assertEquals(1, gap.unrelatedTextCosine());
  }

  @Test
  void badInputIsNamed() {
    EmbeddingBatch text = unit(3, 2, 1, 0);
    assertMessage("one shape", () -> ModalityGap.measure(text, unit(4, 2, 1, 0)));
    assertMessage("at least 2", () -> ModalityGap.measure(unit(1, 2, 1, 0), unit(1, 2, 1, 0)));
    EmbeddingBatch longer = text.copy();
    longer.values()[2] += 2;
    assertMessage("image, row 1: expected norm 1", () -> ModalityGap.measure(text, longer));
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

  private static double unrelated(EmbeddingBatch left, EmbeddingBatch right) {
    double sum = 0;
    for (int i = 0; i < left.rows(); i++) {
      for (int j = 0; j < left.rows(); j++) {
        sum += i == j ? 0 : dot(left.row(i), right.row(j));
      }
    }
    return sum / (left.rows() * (left.rows() - 1));
  }

  private static double meanDistance(EmbeddingBatch text, EmbeddingBatch image) {
    double squares = 0;
    for (int i = 0; i < text.dimension(); i++) {
      double difference = 0;
      for (int row = 0; row < text.rows(); row++) {
        difference += (double) image.get(row, i) - text.get(row, i);
      }
      squares += Math.pow(difference / text.rows(), 2);
    }
    return Math.sqrt(squares);
  }

  private static double recall(EmbeddingBatch text, EmbeddingBatch image, int limit) {
    int found = 0;
    for (int i = 0; i < image.rows(); i++) {
      int nearer = 0;
      for (int j = 0; j < text.rows(); j++) {
        if (dot(image.row(i), text.row(j)) > dot(image.row(i), text.row(i))) {
          nearer++;
        }
      }
      found += nearer < limit ? 1 : 0;
    }
    return (double) found / image.rows();
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
