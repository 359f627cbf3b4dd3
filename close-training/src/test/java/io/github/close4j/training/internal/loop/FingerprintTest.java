package io.github.close4j.training.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FingerprintTest {
  private static final int DIMENSION = 4;

  /** Does something to one row of one epoch alone, or in evaluation alone. */
  private record Partial(int row, int epoch, boolean inEvaluation) implements ModalityAdapter {
    @Override
    public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
      float[] draw = new float[1];
      noise.gaussian(row, draw, 0, 1);
      float[] ofEpoch = new float[1];
      ExampleNoise.of(0, epoch, new long[] {row}).gaussian(0, ofEpoch, 0, 1);
      if (!inEvaluation && draw[0] == ofEpoch[0]) {
        batch.values()[row * DIMENSION] += 1;
      }
    }

    @Override
    public void adaptForEvaluation(EmbeddingBatch batch) {
      if (inEvaluation) {
        batch.values()[row * DIMENSION] += 1;
      }
    }
  }

  private static EmbeddingBatch vectors(int rows) {
    EmbeddingBatch vectors = EmbeddingBatch.allocate(rows, DIMENSION);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < vectors.values().length; i++) {
      vectors.values()[i] = (float) random.nextGaussian();
    }
    vectors.normalize();
    return vectors;
  }

  @Test
  void anAdapterIsWhatItDoesInRowsEpochsAndEvaluation() {
    List<ModalityAdapter> different =
        List.of(
            new GaussianNoise(0),
            new GaussianNoise(0.1),
            new GaussianNoise(0.2),
            new Partial(0, 0, false),
            new Partial(3, 0, false),
            new Partial(0, 1, false),
            new Partial(3, 1, false),
            new Partial(0, 0, true),
            new Partial(3, 0, true));
    EmbeddingBatch vectors = vectors(10);

    assertEquals(
        different.size(),
        different.stream()
            .map(adapter -> Fingerprint.adapter(adapter, vectors))
            .distinct()
            .count());
    assertEquals(vectors(10).row(0)[0], vectors.row(0)[0], "the vectors stay as they are");
  }

  @Test
  void fewExamplesAreEnough() {
    assertEquals(
        Fingerprint.adapter(new GaussianNoise(0.1), vectors(1)),
        Fingerprint.adapter(new GaussianNoise(0.1), vectors(1)));
  }
}
