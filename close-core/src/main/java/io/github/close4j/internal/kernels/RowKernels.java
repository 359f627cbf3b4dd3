package io.github.close4j.internal.kernels;

import java.util.Optional;

/**
 * The inner loops over rows of floats. Every implementation gives the same bits: each operation is
 * rounded on its own, never fused, and sums are taken in {@value #LANES} parts of a fixed order.
 *
 * <p>Implementations allocate nothing and are thread-safe. They check no ranges beyond the
 * language's own; the callers do.
 */
public interface RowKernels {
  /** Number of rows of a packed matrix that stand together. */
  int LANES = 16;

  /** Number of parts of a sum: enough that none waits for its own last addition. */
  int PARTS = 4 * LANES;

  /** Most vectors that are multiplied at once. */
  int TILE_ROWS = 64;

  /**
   * Names the implementation.
   *
   * @return a few words, for logs and benchmark tables
   */
  String name();

  /**
   * Adds noise to rows, one after another: {@code values[offset + r * length + i] += stdDev * n_ri}
   * with the standard normal draws of {@link Normals}.
   *
   * @param key the stream's key
   * @param examples row {@code r} is example {@code examples[first + r]}
   * @param first index of the first row's example
   * @param rows number of rows
   * @param stdDev the standard deviation
   * @param values receives the noise
   * @param offset index of the first row's component 0
   * @param length number of components of a row
   */
  void addNoise(
      long key,
      long[] examples,
      int first,
      int rows,
      float stdDev,
      float[] values,
      int offset,
      int length);

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
   * Sums squares: part {@code j} is the sum over {@code i ≡ j} modulo {@value #PARTS}, in the order
   * of i; then parts j and j + 32 are added, j and j + 16, and so on down to the last two.
   *
   * @param values the numbers
   * @param offset index of component 0
   * @param length number of components
   * @return the sum
   */
  float sumOfSquares(float[] values, int offset, int length);

  /**
   * Sums the squares of a row and a vector together, {@code values[offset + i] + vector[i]}, as
   * {@link #sumOfSquares(float[], int, int)} would after {@link #add}.
   *
   * @param vector the vector
   * @param values the row; only read
   * @param offset index of component 0
   * @return the sum
   */
  float sumOfSquares(float[] vector, float[] values, int offset);

  /**
   * Adds a vector and multiplies, each rounded: {@code values[offset + i] = (values[offset + i] +
   * vector[i]) * factor}.
   *
   * @param vector the vector
   * @param factor the number
   * @param values receives the products
   * @param offset index of component 0
   */
  void addAndScale(float[] vector, float factor, float[] values, int offset);

  /**
   * Multiplies up to {@value #TILE_ROWS} vectors by a square matrix: component {@code i} of a
   * result is the chain {@code sum = fma(x_k, a_ik, sum)} from 0 over {@code k} in order.
   *
   * @param matrix the matrix, which also says which components are left out as zeros
   * @param vectors {@code [rows, dimension]}; only read
   * @param rows number of vectors, at most {@value #TILE_ROWS}
   * @param products receives the results; another array than {@code vectors}
   * @param offset index of the first result's component 0; the others follow
   */
  void multiply(PackedMatrix matrix, float[] vectors, int rows, float[] products, int offset);

  /**
   * Tells whether a sum of squares stayed well within the range of float, so that a row may be
   * normalised by it.
   *
   * @param squares the sum
   * @return false if it is not finite, or so small or large that digits may be lost
   */
  static boolean isPlain(float squares) {
    return squares > 1e-20f && squares < 1e20f;
  }

  /**
   * The factor that normalises a row.
   *
   * @param squares the sum of its squares
   * @return one by the square root, rounded once
   */
  static float inverseNorm(float squares) {
    return (float) (1 / Math.sqrt(squares));
  }

  /**
   * The implementation that this Java virtual machine runs fastest, chosen once.
   *
   * @return the one over {@code jdk.incubator.vector} where that module was added, else the scalar
   *     one
   */
  static RowKernels active() {
    return Choice.ACTIVE;
  }

  /**
   * The plain implementation that all others are compared with.
   *
   * @return the scalar one
   */
  static RowKernels scalar() {
    return Choice.SCALAR;
  }

  /** Chooses the kernels once, when they are first used. */
  final class Choice {
    static final RowKernels SCALAR = new ScalarKernels();
    static final RowKernels ACTIVE = choose();

    private static final String MODULE = "jdk.incubator.vector";
    private static final String VECTOR_KERNELS = "VectorKernels";

    private Choice() {}

    private static RowKernels choose() {
      // Absent unless the application was started with --add-modules jdk.incubator.vector.
      Optional<Module> incubator = ModuleLayer.boot().findModule(MODULE);
      if (incubator.isEmpty()) {
        return SCALAR;
      }
      // A requires clause would make every compiler warn of an incubating module.
      RowKernels.class.getModule().addReads(incubator.get());
      try {
        String name = RowKernels.class.getPackageName() + "." + VECTOR_KERNELS;
        return Class.forName(name)
            .asSubclass(RowKernels.class)
            .getDeclaredConstructor()
            .newInstance();
      } catch (ReflectiveOperationException | LinkageError e) {
        // A later JDK may change the incubating module; the scalar kernels give the same bits.
        return SCALAR;
      }
    }
  }
}
