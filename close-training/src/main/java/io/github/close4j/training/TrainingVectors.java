package io.github.close4j.training;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.List;

/**
 * Where the vectors of training examples come from, before any adapter. Text-only training has one
 * source, {@link TextVectorCache}; an upper bound may put image vectors in its place.
 */
@FunctionalInterface
public interface TrainingVectors {

  /**
   * The examples' vectors.
   *
   * @param examples the examples
   * @param listener told how far it is
   * @return a row an example, each of norm 1; owned by the caller
   */
  EmbeddingBatch of(List<TrainingExample> examples, TrainingListener listener);
}
