package io.github.close4j.adapter;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.NpyFile;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the parameters of the original project's adapters from NumPy's {@code .npy} files.
 *
 * <p>The original keeps them pickled, which only Python reads; {@code numpy.save} turns each array
 * into a file. Numbers of 64 bits are rounded to float at the end.
 *
 * <p>Source: {@code Shift}, {@code LinearAdapter} and {@code CovNoise} in
 * close/model/language_adapters.py.
 */
public final class ReferenceAdapters {
  private ReferenceAdapters() {}

  /**
   * Reads a mean shift.
   *
   * @param mean file of μ, {@code [dimension]} or {@code [1, dimension]}
   * @param multiplier s, finite, of any sign
   * @param normalized whether {@code x + s·μ} is brought back to the unit sphere
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @return the adapter
   * @throws UnusableFileException if the file is missing, damaged, of another shape or not finite
   * @throws IllegalArgumentException if {@code multiplier} or {@code noiseStdDev} is out of range
   */
  public static MeanShift meanShift(
      Path mean, double multiplier, boolean normalized, double noiseStdDev) {
    return new MeanShift(readVector(mean), multiplier, normalized, noiseStdDev);
  }

  /**
   * Reads a linear adapter.
   *
   * @param coefficients file of A, {@code coef}, {@code [dimension, dimension]}: row {@code i}
   *     gives component {@code i} of the result
   * @param bias file of b, {@code [dimension]} or {@code [1, dimension]}
   * @param normalized whether {@code A·x + b} is brought back to the unit sphere
   * @param noiseStdDev σ, the standard deviation of each component's noise, at least 0
   * @return the adapter
   * @throws UnusableFileException if a file is missing, damaged, of another shape or not finite
   * @throws IllegalArgumentException if {@code noiseStdDev} is out of range
   */
  public static LinearAdapter linear(
      Path coefficients, Path bias, boolean normalized, double noiseStdDev) {
    float[] offset = readVector(bias);
    NpyFile matrix = readMatrix(coefficients, offset.length);
    float[] values = requireFinite(coefficients, matrix.toFloatArray());
    return new LinearAdapter(values, offset, normalized, noiseStdDev);
  }

  /**
   * Reads the covariance noise of the reference's first release.
   *
   * @param mean file of μ, {@code [dimension]} or {@code [1, dimension]}
   * @param covariance file of Σ, {@code [dimension, dimension]}, positive semi-definite
   * @param multiplier s, finite
   * @return the adapter
   * @throws UnusableFileException if a file is missing, damaged, of another shape or not finite
   * @throws IllegalArgumentException if Σ is not symmetric and positive semi-definite, or {@code
   *     multiplier} is out of range
   */
  public static CovarianceNoise covarianceFirstRelease(
      Path mean, Path covariance, double multiplier) {
    float[] shift = readVector(mean);
    return CovarianceNoise.firstRelease(shift, readFactor(covariance, shift.length), multiplier);
  }

  /**
   * Reads the covariance noise of the reference's HEAD.
   *
   * @param mean file of μ, {@code [dimension]} or {@code [1, dimension]}
   * @param covariance file of Σ, {@code [dimension, dimension]}, positive semi-definite
   * @param noiseStdDev σ, the standard deviation of the isotropic noise on top, at least 0
   * @return the adapter
   * @throws UnusableFileException if a file is missing, damaged, of another shape or not finite
   * @throws IllegalArgumentException if Σ is not symmetric and positive semi-definite, or {@code
   *     noiseStdDev} is out of range
   */
  public static CovarianceNoise covarianceHead(Path mean, Path covariance, double noiseStdDev) {
    float[] shift = readVector(mean);
    return CovarianceNoise.head(shift, readFactor(covariance, shift.length), noiseStdDev);
  }

  private static float[] readFactor(Path file, int dimension) {
    NpyFile matrix = readMatrix(file, dimension);
    requireFinite(file, matrix.toFloatArray());
    return CovarianceEstimate.of(matrix.toDoubleArray(), dimension).eigenFactor();
  }

  private static float[] readVector(Path file) {
    NpyFile vector = NpyFile.read(file);
    int[] shape = vector.shape();
    boolean isVector = shape.length == 1 || (shape.length == 2 && shape[0] == 1);
    if (!isVector || shape[shape.length - 1] == 0) {
      throw new UnusableFileException(
          file, "expected one vector, [dimension], found shape " + Arrays.toString(shape));
    }
    return requireFinite(file, vector.toFloatArray());
  }

  private static NpyFile readMatrix(Path file, int dimension) {
    NpyFile matrix = NpyFile.read(file);
    if (!Arrays.equals(matrix.shape(), new int[] {dimension, dimension})) {
      throw new UnusableFileException(
          file,
          "expected shape [%d, %d], as the vector beside it has %d components, found %s"
              .formatted(dimension, dimension, dimension, Arrays.toString(matrix.shape())));
    }
    return matrix;
  }

  private static float[] requireFinite(Path file, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new UnusableFileException(
            file, "number %d: expected a finite number, found %s".formatted(i, values[i]));
      }
    }
    return values;
  }
}
