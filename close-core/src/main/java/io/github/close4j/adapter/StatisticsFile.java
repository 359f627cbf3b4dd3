package io.github.close4j.adapter;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Paired statistics as a safetensors file of 64-bit floats, so that nothing is rounded: a tensor
 * for each of the moments, the number of pairs among the metadata.
 */
final class StatisticsFile {
  private static final String FORMAT = "close4j-paired-statistics";
  private static final String VERSION = "1";
  private static final String PAIRS = "pairs";

  private final Path file;
  private final Safetensors tensors;

  private StatisticsFile(Path file) {
    this.file = file;
    tensors = Safetensors.open(file);
    requireMetadata("format", FORMAT);
    requireMetadata("version", VERSION);
  }

  static void save(PairedMoments moments, Path file) {
    int dimension = moments.textMean.length;
    new Safetensors.Writer(DataType.F32)
        .metadata("format", FORMAT)
        .metadata("version", VERSION)
        .metadata(PAIRS, Long.toString(moments.pairs))
        .add("textMean", moments.textMean, dimension)
        .add("imageMean", moments.imageMean, dimension)
        .add("differenceCubes", moments.differenceCubes, dimension)
        .add("differenceFourths", new double[] {moments.differenceFourths})
        .add("textScatter", moments.textScatter.data, dimension, dimension)
        .add("textImageScatter", moments.textImageScatter.data, dimension, dimension)
        .add("differenceScatter", moments.differenceScatter.data, dimension, dimension)
        .write(file);
  }

  static PairedMoments load(Path file) {
    return new StatisticsFile(file).moments();
  }

  private PairedMoments moments() {
    int dimension = dimension();
    PairedMoments moments = new PairedMoments(dimension);
    moments.pairs = pairs();
    moments.differenceFourths = read("differenceFourths", new double[1]);
    read("textMean", moments.textMean, dimension);
    read("imageMean", moments.imageMean, dimension);
    read("differenceCubes", moments.differenceCubes, dimension);
    read("textScatter", moments.textScatter.data, dimension, dimension);
    read("textImageScatter", moments.textImageScatter.data, dimension, dimension);
    read("differenceScatter", moments.differenceScatter.data, dimension, dimension);
    requireSquares("textScatter", moments.textScatter.data, dimension);
    requireSquares("differenceScatter", moments.differenceScatter.data, dimension);
    return moments;
  }

  private void requireMetadata(String key, String expected) {
    String found = tensors.metadata().get(key);
    if (!expected.equals(found)) {
      throw new UnusableFileException(
          file, "metadata '%s': expected %s, found %s".formatted(key, expected, found));
    }
  }

  private int dimension() {
    long[] shape = tensors.tensor("textMean").shape();
    if (shape.length != 1 || shape[0] < 1) {
      throw new UnusableFileException(
          file, "tensor 'textMean': expected [dimension], found shape " + Arrays.toString(shape));
    }
    return (int) shape[0];
  }

  private long pairs() {
    String text = tensors.metadata().getOrDefault(PAIRS, "none");
    try {
      long pairs = Long.parseLong(text);
      if (pairs >= 1) {
        return pairs;
      }
    } catch (NumberFormatException e) {
      // Told below, as any other text.
    }
    throw new UnusableFileException(
        file, "metadata '%s': expected a whole number above 0, found %s".formatted(PAIRS, text));
  }

  /** Fills {@code values} and returns the first of them. */
  private double read(String name, double[] values, long... shape) {
    StoredTensor tensor = tensors.tensor(name);
    if (tensor.type() != DataType.F64 || !Arrays.equals(tensor.shape(), shape)) {
      throw new UnusableFileException(
          file,
          "tensor '%s': expected F64%s, found %s%s"
              .formatted(
                  name, Arrays.toString(shape), tensor.type(), Arrays.toString(tensor.shape())));
    }
    double[] stored = tensor.toDoubleArray();
    if (!Arrays.stream(stored).allMatch(Double::isFinite)) {
      throw new UnusableFileException(
          file, "tensor '%s': expected finite numbers, found one that is not".formatted(name));
    }
    System.arraycopy(stored, 0, values, 0, values.length);
    return values[0];
  }

  /** The diagonal of a scatter holds sums of squares. */
  private void requireSquares(String name, double[] scatter, int dimension) {
    for (int i = 0; i < dimension; i++) {
      if (scatter[i * dimension + i] < 0) {
        throw new UnusableFileException(
            file,
            "tensor '%s', row %d: expected a sum of squares, found %s"
                .formatted(name, i, scatter[i * dimension + i]));
      }
    }
  }
}
