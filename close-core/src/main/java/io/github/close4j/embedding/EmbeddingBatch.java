package io.github.close4j.embedding;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.kernels.RowKernels;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.NpyFile;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * A batch of embeddings: a row-major matrix of floats, shape {@code [rows, dimension]}, one CLIP
 * vector a row.
 *
 * <p>It is mutable by design, so that modality adapters work in place: {@link #values()} is the
 * live array. Equality is identity, for the same reason. One batch must not be written by two
 * threads at once.
 */
public final class EmbeddingBatch {
  private static final RowKernels KERNELS = RowKernels.active();
  private static final String NPY_SUFFIX = ".npy";

  private final float[] values;
  private final int rows;
  private final int dimension;

  private EmbeddingBatch(float[] values, int rows, int dimension) {
    this.values = values;
    this.rows = rows;
    this.dimension = dimension;
  }

  /**
   * Makes a batch over an array, which is kept, not copied: the batch and the caller see each
   * other's writes.
   *
   * @param values {@code [rows, dimension]}, row-major; its length gives the number of rows
   * @param dimension the length of a row, at least 1
   * @return a batch over {@code values}
   * @throws IllegalArgumentException if {@code dimension} is below 1 or does not divide the length
   *     of {@code values}
   */
  public static EmbeddingBatch wrap(float[] values, int dimension) {
    Objects.requireNonNull(values, "values");
    requirePositive(dimension);
    if (values.length % dimension != 0) {
      throw new IllegalArgumentException(
          "values must hold whole rows: expected a multiple of dimension "
              + dimension
              + ", found length "
              + values.length);
    }
    return new EmbeddingBatch(values, values.length / dimension, dimension);
  }

  /**
   * Makes a batch over a copy of an array.
   *
   * @param values {@code [rows, dimension]}, row-major; copied
   * @param dimension the length of a row, at least 1
   * @return a batch that shares nothing with {@code values}
   * @throws IllegalArgumentException if {@code dimension} is below 1 or does not divide the length
   *     of {@code values}
   */
  public static EmbeddingBatch copyOf(float[] values, int dimension) {
    return wrap(values.clone(), dimension);
  }

  /**
   * Makes a batch of zeros.
   *
   * @param rows the number of rows, at least 0
   * @param dimension the length of a row, at least 1
   * @return a new batch
   * @throws IllegalArgumentException if {@code rows} is negative, {@code dimension} is below 1, or
   *     the batch would hold more floats than an array can
   */
  public static EmbeddingBatch allocate(int rows, int dimension) {
    requirePositive(dimension);
    if (rows < 0) {
      throw new IllegalArgumentException("rows: expected at least 0, found " + rows);
    }
    long length = (long) rows * dimension;
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "batch [%d, %d]: expected at most %d floats, found %d"
              .formatted(rows, dimension, Integer.MAX_VALUE, length));
    }
    return new EmbeddingBatch(new float[(int) length], rows, dimension);
  }

  /**
   * Reads vectors from a file.
   *
   * @param file a {@code .npy} file of floats of 16, 32 or 64 bits, {@code [rows, dimension]}, or a
   *     safetensors file that holds one such tensor
   * @return the vectors as they are in the file, of any norm; the caller's own
   * @throws UnusableFileException if the file is missing or damaged, or holds anything but one
   *     matrix
   */
  public static EmbeddingBatch read(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(NPY_SUFFIX)
        ? readNpy(file)
        : readSafetensors(file);
  }

  private static EmbeddingBatch readNpy(Path file) {
    NpyFile array = NpyFile.read(file);
    int[] shape = array.shape();
    if (shape.length != 2 || shape[1] == 0) {
      throw new UnusableFileException(
          file, "expected vectors, [rows, dimension], found shape " + Arrays.toString(shape));
    }
    return wrap(array.toFloatArray(), shape[1]);
  }

  private static EmbeddingBatch readSafetensors(Path file) {
    Safetensors tensors = Safetensors.open(file);
    if (tensors.names().size() != 1) {
      throw new UnusableFileException(file, "expected one tensor, found " + tensors.names());
    }
    StoredTensor tensor = tensors.tensor(tensors.names().iterator().next());
    long[] shape = tensor.shape();
    if (!tensor.type().isFloat() || shape.length != 2 || shape[1] == 0) {
      throw new UnusableFileException(
          file,
          "expected floats of up to 32 bits, [rows, dimension], found %s%s"
              .formatted(tensor.type(), Arrays.toString(shape)));
    }
    return wrap(tensor.toFloatArray(), Math.toIntExact(shape[1]));
  }

  /**
   * Writes the vectors as a safetensors file of 32-bit floats, whole or not at all.
   *
   * @param file the file, its folders made if they are missing; replaced if it exists
   * @throws java.io.UncheckedIOException if it cannot be written; an earlier one is then untouched
   */
  public void write(Path file) {
    new Safetensors.Writer(DataType.F32).add("vectors", values, rows, dimension).write(file);
  }

  private static void requirePositive(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension: expected at least 1, found " + dimension);
    }
  }

  /**
   * Returns the number of rows.
   *
   * @return the number of rows, at least 0
   */
  public int rows() {
    return rows;
  }

  /**
   * Returns the length of a row.
   *
   * @return the number of components of each embedding, at least 1
   */
  public int dimension() {
    return dimension;
  }

  /**
   * Returns the live array: writing to it changes the batch.
   *
   * @return {@code [rows, dimension]}, row-major; row {@code r} starts at {@code r * dimension}
   */
  public float[] values() {
    return values;
  }

  /**
   * Returns one component.
   *
   * @param row the row, from 0
   * @param component the component, from 0
   * @return the value there
   * @throws IndexOutOfBoundsException if {@code row} or {@code component} is outside the batch
   */
  public float get(int row, int component) {
    Objects.checkIndex(row, rows);
    return values[row * dimension + Objects.checkIndex(component, dimension)];
  }

  /**
   * Returns a copy of one row.
   *
   * @param row the row, from 0
   * @return a new array {@code [dimension]}
   * @throws IndexOutOfBoundsException if {@code row} is outside the batch
   */
  public float[] row(int row) {
    int start = Objects.checkIndex(row, rows) * dimension;
    return Arrays.copyOfRange(values, start, start + dimension);
  }

  /**
   * Returns a batch with the same values that shares nothing with this one.
   *
   * @return a deep copy
   */
  public EmbeddingBatch copy() {
    return new EmbeddingBatch(values.clone(), rows, dimension);
  }

  /**
   * Divides each row by its Euclidean norm, in place: {@code x / sqrt(sum x_i^2)}.
   *
   * <p>The sum is taken in float in 64 parts, or in double precision where it would leave the range
   * of float; the norm afterwards differs from 1 by less than 1e-6. The bits are the same on every
   * machine.
   *
   * @throws IllegalArgumentException if the norm of a row is zero or not finite; the rows before it
   *     are then normalised already
   */
  public void normalize() {
    for (int row = 0; row < rows; row++) {
      normalizeRow(row);
    }
  }

  /**
   * Divides one row by its Euclidean norm, in place, as {@link #normalize()} does.
   *
   * @param row the row, from 0
   * @throws IllegalArgumentException if the norm of the row is zero or not finite
   * @throws IndexOutOfBoundsException if {@code row} is outside the batch
   */
  public void normalizeRow(int row) {
    int start = Objects.checkIndex(row, rows) * dimension;
    float squares = KERNELS.sumOfSquares(values, start, dimension);
    if (RowKernels.isPlain(squares)) {
      KERNELS.scale(RowKernels.inverseNorm(squares), values, start, dimension);
    } else {
      normalizeExtremeRow(row, start);
    }
  }

  /** A row whose squares are too small or too large for float, or not finite. */
  private void normalizeExtremeRow(int row, int start) {
    double norm = norm(start);
    if (!(norm > 0) || Double.isInfinite(norm)) {
      throw new IllegalArgumentException(
          "row " + row + " cannot be normalised: expected a positive finite norm, found " + norm);
    }
    for (int i = start; i < start + dimension; i++) {
      values[i] = (float) (values[i] / norm);
    }
  }

  private double norm(int start) {
    double sum = 0;
    for (int i = start; i < start + dimension; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }

  /**
   * Checks that every component is a finite number.
   *
   * @return this batch
   * @throws IllegalArgumentException if a component is infinite or not a number, naming the first
   */
  public EmbeddingBatch requireFinite() {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "row %d, component %d: expected a finite number, found %s"
                .formatted(i / dimension, i % dimension, values[i]));
      }
    }
    return this;
  }

  /** Returns the shape, never the values. */
  @Override
  public String toString() {
    return "EmbeddingBatch[" + rows + ", " + dimension + "]";
  }
}
