package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;

/**
 * The adapter that changes nothing: training reads the bare text vectors.
 *
 * <pre>
 *   training:    x
 *   evaluation:  x
 * </pre>
 *
 * <p>Source: the "no noise" rows of CLOSE (arXiv 2211.09778), section 3.
 */
public final class IdentityAdapter implements ModalityAdapter {
  /** Makes the adapter. */
  public IdentityAdapter() {}

  @Override
  public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    AdapterSteps.requireSameRows(batch, noise);
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {}

  @Override
  public AffineMap evaluationMap() {
    return AffineMap.identity();
  }

  @Override
  public String toString() {
    return "IdentityAdapter[]";
  }
}
