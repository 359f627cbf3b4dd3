package io.github.close4j.embedding.internal;

/**
 * The inner loops over rows of floats. Every implementation gives the same bits: each operation is
 * rounded on its own, never fused, and sums are taken in {@value #LANES} parts of a fixed order.
 *
 * <p>Implementations allocate nothing and are thread-safe. They check no ranges beyond the
 * language's own; the callers do.
 */
public interface RowKernels {
  /** Number of parts of a sum, and of neighbours that one word of a block of noise becomes. */
  int LANES = 16;

  /**
   * Names the implementation.
   *
   * @return a few words, for logs and benchmark tables
   */
  String name();

  /**
   * Adds noise: {@code values[offset + i] += stdDev * n_i} with the standard normal draws of {@link
   * Normals}.
   *
   * @param key the stream's key
   * @param example the example
   * @param stdDev the standard deviation
   * @param values receives the noise
   * @param offset index of component 0
   * @param length number of components
   */
  void addNoise(long key, long example, float stdDev, float[] values, int offset, int length);

  /**
   * Adds a vector: {@code values[offset + i] += vector[i]}.
   *
   * @param vector the vector
   * @param values receives the sum
   * @param offset index of component 0
   */
  void add(float[] vector, float[] values, int offset);

  /**
   * Multiplies by a number: {@code values[offset + i] *= factor}.
   *
   * @param factor the number
   * @param values receives the products
   * @param offset index of component 0
   * @param length number of components
   */
  void scale(float factor, float[] values, int offset, int length);

  /**
   * Sums squares: part {@code j} is the sum over {@code i ≡ j} modulo {@value #LANES}, in the order
   * of i; then parts j and j + 8 are added, j and j + 4, j and j + 2, and the last two.
   *
   * @param values the numbers
   * @param offset index of component 0
   * @param length number of components
   * @return the sum
   */
  float sumOfSquares(float[] values, int offset, int length);

  /**
   * The implementation that this Java virtual machine runs fastest, chosen once.
   *
   * @return the one over {@code jdk.incubator.vector} where that module was added, else the scalar
   *     one
   */
  static RowKernels active() {
    return KernelProvider.ACTIVE;
  }

  /**
   * The plain implementation that all others are compared with.
   *
   * @return the scalar one
   */
  static RowKernels scalar() {
    return KernelProvider.SCALAR;
  }
}
