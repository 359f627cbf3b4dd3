package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.AdapterFitting;
import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.onnx.internal.checkpoint.NumpyObjects.NumpyArray;
import io.github.close4j.onnx.internal.checkpoint.PickleReader.Tuple;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Modality adapters of CLOSE's authors: pickles of NumPy arrays. {@code *-linear-v1.pkl} holds
 * matrix and bias of a linear map, {@code *-mean-diff.pkl} the mean difference of image and text,
 * {@code *-cov-diff.pkl} the covariance of the differences. Nothing in them is executed.
 *
 * <p>Source: {@code close/model/language_adapters.py} and {@code get_adapter} in {@code
 * close/experiments/utils.py} of the reference.
 */
public final class ReferenceAdapter {
  /** A matrix of ViT-L/14's 768 components has 5 MB, the widest CLIP's some 10 MB. */
  private static final int MAX_FILE_BYTES = 64_000_000;

  private ReferenceAdapter() {}

  /**
   * Reads a linear map, which the reference brings back to the unit sphere.
   *
   * @throws UnusableFileException if the file is missing or holds anything but a square matrix and
   *     a vector of its size
   */
  public static LinearAdapter linear(Path file) {
    return read(
        file,
        () -> {
          Object root = pickle(file);
          List<?> parts =
              root instanceof Tuple tuple
                  ? tuple.items
                  : root instanceof List<?> list ? list : List.of();
          if (parts.size() != 2
              || !(parts.get(0) instanceof NumpyArray matrix)
              || !(parts.get(1) instanceof NumpyArray bias)) {
            throw new IllegalArgumentException(
                "expected a matrix and a bias, found " + PickleReader.describe(root));
          }
          int dimension = requireVector(bias);
          requireSquare(matrix, dimension);
          return new LinearAdapter(toFloat(matrix.values()), toFloat(bias.values()));
        });
  }

  /**
   * Reads a shift by the mean difference, which the reference leaves where it leads.
   *
   * @throws UnusableFileException if the file is missing or holds anything but a vector
   */
  public static MeanShift meanShift(Path file) {
    return read(file, () -> new MeanShift(toFloat(vector(file))).withoutNormalization());
  }

  /**
   * Reads noise of the differences' covariance.
   *
   * @param meanFile the mean difference
   * @param covarianceFile the covariance
   * @throws UnusableFileException if a file is missing or holds anything else, or if the covariance
   *     is not symmetric and positive definite
   */
  public static CovarianceNoise covarianceNoise(Path meanFile, Path covarianceFile) {
    double[] mean = read(meanFile, () -> vector(meanFile));
    return read(
        covarianceFile,
        () -> {
          NumpyArray covariance = array(covarianceFile);
          requireSquare(covariance, mean.length);
          return AdapterFitting.covarianceNoise(mean, covariance.values());
        });
  }

  private static <T> T read(Path file, Supplier<T> contents) {
    try {
      return contents.get();
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static double[] vector(Path file) {
    NumpyArray array = array(file);
    requireVector(array);
    return array.values();
  }

  private static NumpyArray array(Path file) {
    Object root = pickle(file);
    if (root instanceof NumpyArray array) {
      return array;
    }
    throw new IllegalArgumentException("expected an array, found " + PickleReader.describe(root));
  }

  private static Object pickle(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new IllegalArgumentException(
            "expected a pickle of at most %d bytes, found %d".formatted(MAX_FILE_BYTES, size));
      }
      byte[] bytes = Files.readAllBytes(file);
      return PickleReader.read(ByteBuffer.wrap(bytes), new NumpyObjects(bytes.length));
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static int requireVector(NumpyArray array) {
    int[] shape = array.shape();
    if (shape.length != 1 || shape[0] == 0) {
      throw new IllegalArgumentException(
          "expected a vector, found shape " + Arrays.toString(shape));
    }
    return shape[0];
  }

  private static void requireSquare(NumpyArray array, int dimension) {
    if (!Arrays.equals(array.shape(), new int[] {dimension, dimension})) {
      throw new IllegalArgumentException(
          "expected a matrix of shape [%d, %d], found %s"
              .formatted(dimension, dimension, Arrays.toString(array.shape())));
    }
  }

  private static float[] toFloat(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
