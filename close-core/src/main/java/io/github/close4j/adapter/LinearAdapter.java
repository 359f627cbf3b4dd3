package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.embedding.EmbeddingBatch;

/**
 * Sends a text vector to where an affine map, as a rule fitted on pairs, expects its image.
 *
 * <pre>
 *   training:    normalise(A·x + b)
 *   evaluation:  normalise(A·x + b), or A·x + b after {@link #withoutNormalization()}
 * </pre>
 *
 * <p>{@code A·x} is summed in float, component by component in order and with fused multiply-adds,
 * so that every machine gives the same bits. Noise is an adapter behind it, {@code linear.then(new
 * GaussianNoise(0.04))}. Immutable and thread-safe.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.2; {@code LinearAdapter} in
 * close/model/language_adapters.py, whose {@code renorm} is {@link #normalized()}.
 */
public final class LinearAdapter extends AffineStep {
  private final SquareMatrix matrix;

  /**
   * Makes an adapter that brings its result back to the unit sphere.
   *
   * @param matrix A, {@code [dimension, dimension]}, row-major: row {@code i} gives component
   *     {@code i} of the result; finite; copied
   * @param bias b, {@code [dimension]}, finite; copied
   * @throws IllegalArgumentException if the shapes do not fit each other or a number is not finite
   */
  public LinearAdapter(float[] matrix, float[] bias) {
    super(copyFinite("bias", bias), true);
    this.matrix = SquareMatrix.of("matrix", matrix, bias.length);
  }

  private LinearAdapter(SquareMatrix matrix, float[] bias, boolean normalized) {
    super(bias, normalized);
    this.matrix = matrix;
  }

  /**
   * The same map without the way back to the unit sphere: evaluation is the affine map {@code x ->
   * A·x + b}. In training the adapter behind it in a sequence normalises, or it does so itself if
   * there is none.
   *
   * @return another adapter
   */
  @CheckReturnValue
  public LinearAdapter withoutNormalization() {
    return new LinearAdapter(matrix, offset(), false);
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
    return offset();
  }

  @Override
  void multiply(EmbeddingBatch batch) {
    matrix.multiplyRows(batch.values(), batch.rows());
  }

  @Override
  public String toString() {
    return "LinearAdapter[dimension=%d, normalized=%s]".formatted(dimension(), normalized());
  }
}
