package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;

/** What {@link MeanShift} and {@link LinearAdapter} share: both add a vector to what they make. */
abstract class AffineStep extends AdapterStep {
  private final float[] offset;
  private final boolean normalized;

  /** The offset is kept, not copied. */
  AffineStep(float[] offset, boolean normalized) {
    this.offset = offset;
    this.normalized = normalized;
  }

  /** Replaces each row by what the offset is added to. */
  abstract void multiply(EmbeddingBatch batch);

  /**
   * Returns the length of a row.
   *
   * @return the number of components, at least 1
   */
  public final int dimension() {
    return offset.length;
  }

  /**
   * Tells whether the result is brought back to the unit sphere in evaluation, too.
   *
   * @return true if it is; false after {@code withoutNormalization}
   */
  public final boolean normalized() {
    return normalized;
  }

  /** A copy. */
  final float[] offset() {
    return offset.clone();
  }

  @Override
  final boolean draws() {
    return false;
  }

  @Override
  final boolean leavesNormalizationTo(ModalityAdapter next) {
    return !normalized;
  }

  @Override
  final void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise, boolean last) {
    adaptForEvaluation(batch);
    if (last && !normalized) {
      batch.normalize();
    }
  }

  @Override
  public final void adaptForEvaluation(EmbeddingBatch batch) {
    requireDimension(batch, offset.length);
    multiply(batch);
    if (normalized) {
      addToRowsAndNormalize(batch, offset);
    } else {
      addToRows(batch, offset);
    }
  }
}
