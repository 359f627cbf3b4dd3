package io.github.close4j.programs;

import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Path;

/** Trains with an adapter of one's own, uniform noise: {@code OwnAdapter MODEL CAPTIONS OUTPUT}. */
public final class OwnAdapter implements ModalityAdapter {
  @Override
  public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    float[] draws = new float[batch.dimension()];
    for (int i = 0; i < batch.values().length; i++) {
      if (i % draws.length == 0) noise.uniform(i / draws.length, draws, 0, draws.length);
      batch.values()[i] += 0.1f * draws[i % draws.length];
    }
    batch.normalize();
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {}

  public static void main(String[] args) {
    var texts = TrainingTask.CAPTIONING_SINGLE.examples(Corpus.lines(Path.of(args[1])).read());
    CaptionTrainer.from(Path.of(args[0])).adapter(new OwnAdapter()).train(texts, Path.of(args[2]));
  }
}
