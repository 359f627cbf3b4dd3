package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import org.jspecify.annotations.Nullable;

/**
 * A change to CLIP text vectors that lets a decoder trained on them read CLIP image vectors later.
 *
 * <p>Both methods work in place on rows that are L2-normalised. Implementations are thread-safe,
 * let no row influence another, and draw randomness from the given noise alone, so that a training
 * run can be repeated bit for bit.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 2.2; {@code language_shift} in the reference.
 */
public interface ModalityAdapter {
  /**
   * Adapts text vectors for a training step.
   *
   * @param batch {@code [rows, dimension]}, L2-normalised rows; changed in place
   * @param noise the random draws of the batch's examples, one example a row
   * @throws IllegalArgumentException if the batch's dimension does not fit the adapter, if the
   *     noise has another number of rows than the batch, or if an adapted row cannot be normalised
   */
  void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise);

  /**
   * Adapts text vectors for evaluation on text; draws nothing.
   *
   * @param batch {@code [rows, dimension]}, L2-normalised rows; changed in place
   * @throws IllegalArgumentException if the batch's dimension does not fit the adapter, or if an
   *     adapted row cannot be normalised
   */
  void adaptForEvaluation(EmbeddingBatch batch);

  /**
   * Returns what {@link #adaptForEvaluation} does, if it is the same affine map for every vector.
   *
   * @return the map; null if evaluation is not affine, as wherever it ends with a normalisation
   */
  default @Nullable AffineMap evaluationMap() {
    return null;
  }
}
