package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;

/**
 * Sends a text vector to where an affine map, as a rule fitted on pairs, expects its image.
 *
 * <pre>
 *   y            normalise(A·x + b)
 *   training:    normalise(y + σ·N(0, I))
 *   evaluation:  y
 * </pre>
 *
 * <p>{@code A·x + b} is summed in double precision and rounded once. With σ = 0 training is {@code
 * y}, not normalised a second time.
 *
 * <p>Evaluation is affine up to the length of the row: it is {@code A·x + b} and then a division by
 * a number that depends on {@code x}.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.2; {@code LinearAdapter} in
 * close/model/language_adapters.py with {@code renorm}.
 */
public final class LinearAdapter implements ModalityAdapter {
  private final SquareMatrix matrix;
  private final float[] bias;
  private final double noiseStdDev;

  /**
   * Makes the adapter.
   *
   * @param matrix A, {@code [dimension, dimension]}, row-major: row {@code i} gives component
   *     {@code i} of the result; finite; copied
   * @param bias b, {@code [dimension]}, finite; copied
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @throws IllegalArgumentException if the shapes do not fit each other, a number is not finite,
   *     or {@code noiseStdDev} is negative
   */
  public LinearAdapter(float[] matrix, float[] bias, double noiseStdDev) {
    this.bias = AdapterSteps.copyFinite("bias", bias);
    this.matrix = SquareMatrix.of("matrix", matrix, this.bias.length);
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
      AdapterSteps.addNoise(batch, noise, noiseStdDev);
      batch.normalize();
    }
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {
    int dimension = bias.length;
    AdapterSteps.requireDimension(batch, dimension);
    float[] values = batch.values();
    double[] product = new double[dimension];
    for (int start = 0; start < values.length; start += dimension) {
      matrix.multiply(values, start, product);
      for (int i = 0; i < dimension; i++) {
        values[start + i] = (float) (product[i] + bias[i]);
      }
    }
    batch.normalize();
  }

  @Override
  public String toString() {
    return "LinearAdapter[dimension=" + bias.length + ", noiseStdDev=" + noiseStdDev + "]";
  }
}
