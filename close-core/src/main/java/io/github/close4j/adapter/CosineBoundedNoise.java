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
 * <p>Source: ArcSin, "Adaptive ranged cosine Similarity injected noise for Language-Driven Visual
 * Tasks" (Liu, Yu, Zhang, Zhu, Bergeles, Dasgupta, Granados and Ourselin, arXiv 2402.17298). Its
 * published abstract says as much: a noise scale that adapts to the feature so that its content is
 * kept, guided by the cosine with the original, and a pool of similarities that widens the scale.
 *
 * <p>Differs from the reference, which published no code: what follows from the abstract is the
 * noise in proportion to each component, the bound on the cosine and the pool. The bound's form
 * {@code sqrt(1 − τ²)} is this library's reading, from the geometry; the uniform distribution
 * within it, the equal chances in the pool and the normalisation afterwards are its choices. They
 * were not compared with the paper's own equations.
 */
public final class CosineBoundedNoise implements ModalityAdapter {
  /** A thread's room for the draws of a row; it grows to the longest. */
  private static final ThreadLocal<float[]> DRAWS = ThreadLocal.withInitial(() -> new float[0]);

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
    float[] draw = drawOfLength(dimension);
    float[] choice = new float[1];
    for (int row = 0; row < batch.rows(); row++) {
      choices.uniform(row, choice, 0, 1);
      double minCosine = minCosines[(int) ((choice[0] + 1.0) / 2 * minCosines.length)];
      if (minCosine < 1) {
        components.uniform(row, draw, 0, dimension);
        int start = row * dimension;
        float share = (float) Math.sqrt(1 - minCosine * minCosine);
        disturb(values, start, dimension, draw, share);
        batch.normalizeRow(row);
      }
    }
  }

  private static float[] drawOfLength(int length) {
    float[] draw = DRAWS.get();
    if (draw.length < length) {
      draw = new float[length];
      DRAWS.set(draw);
    }
    return draw;
  }

  private static void disturb(float[] values, int start, int dimension, float[] draw, float share) {
    for (int i = 0; i < dimension; i++) {
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
