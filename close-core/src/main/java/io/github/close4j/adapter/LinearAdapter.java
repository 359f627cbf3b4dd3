package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import org.jspecify.annotations.Nullable;

/**
 * Sends a text vector to where an affine map, as a rule fitted on pairs, expects its image.
 *
 * <pre>
 *   y            A·x + b, divided by its norm if {@link #normalized()}
 *   training:    normalise(y + σ·N(0, I))
 *   evaluation:  y
 * </pre>
 *
 * <p>{@code A·x} is summed in float, component by component in order and with fused multiply-adds,
 * so that every machine gives the same bits. Where {@code y} is normalised and σ = 0, training does
 * not normalise it a second time.
 *
 * <p>Without normalisation, evaluation is affine, {@code x -> A·x + b}.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.2; {@code LinearAdapter} in
 * close/model/language_adapters.py, whose {@code renorm} is {@link #normalized()}.
 */
public final class LinearAdapter implements ModalityAdapter {
  private final SquareMatrix matrix;
  private final float[] bias;
  private final boolean normalized;
  private final double noiseStdDev;

  /**
   * Makes the adapter.
   *
   * @param matrix A, {@code [dimension, dimension]}, row-major: row {@code i} gives component
   *     {@code i} of the result; finite; copied
   * @param bias b, {@code [dimension]}, finite; copied
   * @param normalized whether {@code A·x + b} is brought back to the unit sphere
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @throws IllegalArgumentException if the shapes do not fit each other, a number is not finite,
   *     or {@code noiseStdDev} is negative
   */
  public LinearAdapter(float[] matrix, float[] bias, boolean normalized, double noiseStdDev) {
    this.bias = AdapterSteps.copyFinite("bias", bias);
    this.matrix = SquareMatrix.of("matrix", matrix, this.bias.length);
    this.normalized = normalized;
    this.noiseStdDev = AdapterSteps.requireStdDev(noiseStdDev);
  }

  /**
   * Returns A.
   *
   * @return a copy, {@code [dimension, dimension]}, row-major
   */
  public float[] matrix() {
    return matrix.toRowMajor();
  }

  /**
   * Returns b.
   *
   * @return a copy, {@code [dimension]}
   */
  public float[] bias() {
    return bias.clone();
  }

  /**
   * Returns the length of a row.
   *
   * @return the number of components, at least 1
   */
  public int dimension() {
    return bias.length;
  }

  /**
   * Tells whether {@code A·x + b} is brought back to the unit sphere.
   *
   * @return true if it is
   */
  public boolean normalized() {
    return normalized;
  }

  /**
   * Returns σ.
   *
   * @return the standard deviation of each component's noise
   */
  public double noiseStdDev() {
    return noiseStdDev;
  }

  @Override
  public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    AdapterSteps.requireSameRows(batch, noise);
    adaptForEvaluation(batch);
    if (noiseStdDev > 0) {
      AdapterSteps.addNoiseAndNormalize(batch, noise, noiseStdDev);
    } else if (!normalized) {
      batch.normalize();
    }
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {
    AdapterSteps.requireDimension(batch, bias.length);
    matrix.multiplyRows(batch.values(), batch.rows());
    if (normalized) {
      AdapterSteps.addToRowsAndNormalize(batch, bias);
    } else {
      AdapterSteps.addToRows(batch, bias);
    }
  }

  @Override
  public @Nullable AffineMap evaluationMap() {
    return normalized ? null : AffineMap.of(matrix, bias);
  }

  @Override
  public String toString() {
    return "LinearAdapter[dimension=%d, normalized=%s, noiseStdDev=%s]"
        .formatted(bias.length, normalized, noiseStdDev);
  }
}
