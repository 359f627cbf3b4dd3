package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.Arrays;

/**
 * Bounded noise in proportion to each component, so that a vector never turns away further than a
 * given cosine: large components are disturbed strongly, components near zero hardly.
 *
 * <pre>
 *   training:    normalise(x_i + sqrt(1 − τ²)·|x_i|·u_i),  u_i uniform on (−1, 1)
 *   evaluation:  x
 * </pre>
 *
 * <p>The noise is then at most {@code sqrt(1 − τ²) = sin(arccos τ)} times as long as {@code x}, and
 * {@code cos(x, adapted x) ≥ τ}: no longer noise can promise that whatever its direction. Each
 * example takes its τ from a pool, every one of them equally likely. With τ = 1 training leaves
 * every bit of {@code x} as it is. The components' draws are stage 0 of the given noise, the choice
 * from the pool stage 1.
 *
 * <p>Source: ArcSin, "Adaptive ranged cosine Similarity injected noise" (Liu et al., arXiv
 * 2402.17298): noise scaled to each component under a bound on the cosine, and the pool of bounds.
 *
 * <p>Differs from the reference: its authors published no code. The bound's form above follows from
 * the geometry; the uniform distribution inside it is this library's choice.
 */
public final class CosineBoundedNoise implements ModalityAdapter {
  private final double[] minCosines;

  /**
   * Makes the adapter.
   *
   * @param minCosines the pool of τ, at least one, each above 0 and at most 1; copied
   * @throws IllegalArgumentException if the pool is empty or a τ is out of range
   */
  public CosineBoundedNoise(double... minCosines) {
    if (minCosines.length == 0) {
      throw new IllegalArgumentException("minCosines: expected at least 1, found 0");
    }
    for (double minCosine : minCosines) {
      if (!(minCosine > 0 && minCosine <= 1)) {
        throw new IllegalArgumentException(
            "minCosines: expected cosines above 0 and at most 1, found " + minCosine);
      }
    }
    this.minCosines = minCosines.clone();
  }

  /**
   * Returns the pool of τ.
   *
   * @return a copy
   */
  public double[] minCosines() {
    return minCosines.clone();
  }

  @Override
  public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    AdapterSteps.requireSameRows(batch, noise);
    ExampleNoise components = noise.stage(0);
    ExampleNoise choices = noise.stage(1);
    int dimension = batch.dimension();
    float[] values = batch.values();
    float[] draw = new float[dimension];
    float[] choice = new float[1];
    for (int row = 0; row < batch.rows(); row++) {
      choices.uniform(row, choice, 0, 1);
      double minCosine = minCosines[(int) ((choice[0] + 1.0) / 2 * minCosines.length)];
      if (minCosine < 1) {
        components.uniform(row, draw, 0, dimension);
        int start = row * dimension;
        disturb(values, start, draw, (float) Math.sqrt(1 - minCosine * minCosine));
        batch.normalizeRow(row);
      }
    }
  }

  private static void disturb(float[] values, int start, float[] draw, float share) {
    for (int i = 0; i < draw.length; i++) {
      values[start + i] += share * Math.abs(values[start + i]) * draw[i];
    }
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {}

  @Override
  public AffineMap evaluationMap() {
    return AffineMap.identity();
  }

  @Override
  public String toString() {
    return "CosineBoundedNoise[minCosines=" + Arrays.toString(minCosines) + "]";
  }
}
