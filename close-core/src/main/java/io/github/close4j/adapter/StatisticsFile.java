package io.github.close4j.adapter;

import com.google.common.math.DoubleMath;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.NpyFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;

/**
 * Paired statistics as one array of NumPy's format, of doubles, so that nothing is rounded:
 *
 * <pre>
 *   mark, version, dimension, pairs, differenceFourths,
 *   textMean, imageMean, differenceCubes                      each [dimension]
 *   textScatter, textImageScatter, differenceScatter          each [dimension, dimension]
 * </pre>
 */
final class StatisticsFile {
  /** No other array of numbers starts so by chance: "CLOSE" in ASCII. */
  private static final double MARK = 0x434C4F5345L;

  private static final double VERSION = 1;
  private static final int NUMBERS = 5;
  private static final int NPY_START = 10;
  private static final int NPY_ALIGNMENT = 64;

  private StatisticsFile() {}

  static void save(PairedMoments moments, Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path whole = Files.createTempFile(absolute.getParent(), absolute.getFileName() + ".", ".part");
    try {
      try (OutputStream out = Files.newOutputStream(whole)) {
        write(moments, out);
      }
      Files.move(whole, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  private static void write(PairedMoments moments, OutputStream out) throws IOException {
    int dimension = moments.textMean.length;
    out.write(npyHeader(length(dimension)));
    write(
        out,
        new double[] {MARK, VERSION, dimension, moments.pairs, moments.differenceFourths},
        moments.textMean,
        moments.imageMean,
        moments.differenceCubes,
        moments.textScatter.data,
        moments.textImageScatter.data,
        moments.differenceScatter.data);
  }

  private static void write(OutputStream out, double[]... parts) throws IOException {
    for (double[] part : parts) {
      ByteBuffer bytes = ByteBuffer.allocate(part.length * Double.BYTES);
      bytes.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(part);
      out.write(bytes.array());
    }
  }

  private static byte[] npyHeader(long length) {
    String description =
        String.format(
            Locale.ROOT, "{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }", length);
    int used = NPY_START + description.length() + 1;
    int padding = Math.floorMod(-used, NPY_ALIGNMENT);
    byte[] text = (description + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(NPY_START + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) text.length)
        .put(text)
        .array();
  }

  private static long length(long dimension) {
    return NUMBERS + 3 * dimension + 3 * dimension * dimension;
  }

  static PairedMoments load(Path file) {
    double[] numbers = NpyFile.read(file).toDoubleArray();
    if (numbers.length < NUMBERS || numbers[0] != MARK) {
      throw new UnusableFileException(file, "expected paired statistics, found another array");
    }
    if (numbers[1] != VERSION) {
      throw new UnusableFileException(
          file, "expected paired statistics of version 1, found version " + numbers[1]);
    }
    double dimension = numbers[2];
    boolean whole = dimension >= 1 && dimension == (int) dimension;
    if (!whole || length((int) dimension) != numbers.length) {
      throw new UnusableFileException(
          file,
          "expected as many numbers as a dimension of %s has, found %d"
              .formatted(dimension, numbers.length));
    }
    return check(file, moments(numbers, (int) dimension));
  }

  private static PairedMoments moments(double[] numbers, int dimension) {
    PairedMoments moments = new PairedMoments(dimension);
    // Not an integer: a number of pairs that the check refuses.
    moments.pairs = DoubleMath.isMathematicalInteger(numbers[3]) ? (long) numbers[3] : 0;
    moments.differenceFourths = numbers[4];
    DoubleBuffer rest = DoubleBuffer.wrap(numbers, NUMBERS, numbers.length - NUMBERS);
    rest.get(moments.textMean).get(moments.imageMean).get(moments.differenceCubes);
    rest.get(moments.textScatter.data)
        .get(moments.textImageScatter.data)
        .get(moments.differenceScatter.data);
    return moments;
  }

  private static PairedMoments check(Path file, PairedMoments moments) {
    if (moments.pairs < 2) {
      throw new UnusableFileException(
          file, "expected a whole number of pairs, at least 2, found less or another");
    }
    requireFinite(file, "differenceFourths", moments.differenceFourths);
    requireFinite(file, "textMean", moments.textMean);
    requireFinite(file, "imageMean", moments.imageMean);
    requireFinite(file, "differenceCubes", moments.differenceCubes);
    requireFinite(file, "textScatter", moments.textScatter.data);
    requireFinite(file, "textImageScatter", moments.textImageScatter.data);
    requireFinite(file, "differenceScatter", moments.differenceScatter.data);
    requireSquares(file, "textScatter", moments.textScatter.data, moments.textMean.length);
    requireSquares(
        file, "differenceScatter", moments.differenceScatter.data, moments.textMean.length);
    return moments;
  }

  private static void requireFinite(Path file, String what, double... values) {
    if (!Arrays.stream(values).allMatch(Double::isFinite)) {
      throw new UnusableFileException(
          file, what + ": expected finite numbers, found one that is not");
    }
  }

  /** The diagonal of a scatter holds sums of squares. */
  private static void requireSquares(Path file, String what, double[] scatter, int dimension) {
    for (int i = 0; i < dimension; i++) {
      if (scatter[i * dimension + i] < 0) {
        throw new UnusableFileException(
            file,
            "%s, row %d: expected a sum of squares, found %s"
                .formatted(what, i, scatter[i * dimension + i]));
      }
    }
  }
}
