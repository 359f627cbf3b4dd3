package io.github.close4j.onnx.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.model.Calibration.Evidence;
import io.github.close4j.onnx.internal.model.Calibration.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a calibration makes of a caption, and its file. */
class CalibrationTest {
  @TempDir Path temporary;

  // Numbers -----------------------------------------------------------------------------------

  @Test
  void confidenceIsTheFormula() {
    Numbers numbers = new Numbers(1, 2, 3, 0.9, 0.05);
    double usual = 1 / (1 + Math.exp(-(1 + 2 * -0.4 + 3 * 0.6)));
    assertEquals(usual, numbers.confidence(new Evidence(-0.4, 0.6, 0.5)), 1e-15);
    assertEquals(usual, numbers.confidence(new Evidence(-0.4, 0.6, 0.9)), 1e-15);
    assertEquals(usual * Math.exp(-2), numbers.confidence(new Evidence(-0.4, 0.6, 1.0)), 1e-12);
    assertFalse(numbers.isUnsure(new Evidence(-9, -1, 0.9)));
    assertTrue(numbers.isUnsure(new Evidence(0, 1, Math.nextUp(0.9))));
    assertTrue(numbers.isUnsure(new Evidence(0, 1, Double.NaN)));
  }

  @Property(tries = 300)
  void confidenceIsAProbabilityAndFallsWithTheDistance(
      @ForAll @DoubleRange(min = -1000, max = 0) double logProbability,
      @ForAll @DoubleRange(min = -1, max = 1) double cosine,
      @ForAll @DoubleRange(min = 0, max = 1e6) double distance,
      @ForAll @DoubleRange(min = 0, max = 10) double farther) {
    Numbers numbers = new Numbers(-3, 0.2, 8, 1, 1e-3);
    double near = numbers.confidence(new Evidence(logProbability, cosine, distance));
    double far = numbers.confidence(new Evidence(logProbability, cosine, distance + farther));
    assertTrue(near >= 0 && near <= 1, () -> "found " + near);
    assertTrue(far <= near, () -> "found " + far + " above " + near);
  }

  @Test
  void numbersThatMeanNothingAreRefusedByName() {
    double[] sound = {1, 2, 3, 0.9, 0.05};
    double[][] wrong = {
      {Double.NaN, Double.POSITIVE_INFINITY},
      {Double.NaN, Double.NEGATIVE_INFINITY},
      {Double.NaN, Double.POSITIVE_INFINITY},
      {0, -1, Double.NaN, Double.POSITIVE_INFINITY},
      {0, -1, Double.NaN, Double.POSITIVE_INFINITY}
    };
    String[] names = {"intercept", "perLogProbability", "perCosine", "usualDistance", "meanExcess"};
    for (int i = 0; i < names.length; i++) {
      for (double value : wrong[i]) {
        double[] n = sound.clone();
        n[i] = value;
        IllegalArgumentException refused =
            assertThrows(
                IllegalArgumentException.class, () -> new Numbers(n[0], n[1], n[2], n[3], n[4]));
        assertTrue(refused.getMessage().startsWith(names[i] + ": expected "), refused::toString);
      }
    }
  }

  // The gap -----------------------------------------------------------------------------------

  /** Held to {@code √(xᵀ·Σ⁻¹·x / d)} with Σ = L·Lᵀ inverted by elimination. */
  @Property(tries = 50)
  void distanceIsMahalanobis(
      @ForAll @IntRange(min = 1, max = 17) int dimension, @ForAll long seed) {
    CovarianceNoise fitted = TinyCalibration.gap(dimension);
    SplittableRandom random = new SplittableRandom(seed);
    float[] text = vector(dimension, random);
    float[] image = vector(dimension, random);
    Evidence found = new Calibration.Gap(fitted).evidence(-6, 4, text, image);

    double[] x = new double[dimension];
    double cosine = 0;
    for (int i = 0; i < dimension; i++) {
      cosine += text[i] / norm(text) * image[i] / norm(image);
      x[i] = image[i] / norm(image) - text[i] / norm(text) - fitted.mean()[i];
    }
    double[] solved = solve(covariance(fitted), x.clone());
    double square = 0;
    for (int i = 0; i < dimension; i++) {
      square += x[i] * solved[i];
    }
    assertEquals(-1.5, found.logProbability());
    assertEquals(cosine, found.cosine(), 1e-9);
    double expected = Math.sqrt(square / dimension);
    assertEquals(expected, found.distance(), 1e-9 * (1 + expected));
  }

  private static float[] vector(int dimension, SplittableRandom random) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (3 * random.nextDouble() - 1);
    }
    return vector;
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
  }

  private static double[][] covariance(CovarianceNoise fitted) {
    int dimension = fitted.dimension();
    float[] factor = fitted.factor();
    double[][] covariance = new double[dimension][dimension];
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        for (int k = 0; k < dimension; k++) {
          covariance[i][j] += (double) factor[i * dimension + k] * factor[j * dimension + k];
        }
      }
    }
    return covariance;
  }

  /** Gauss's elimination; a covariance needs no pivots. */
  private static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    for (int pivot = 0; pivot < n; pivot++) {
      for (int row = pivot + 1; row < n; row++) {
        double factor = matrix[row][pivot] / matrix[pivot][pivot];
        for (int column = pivot; column < n; column++) {
          matrix[row][column] -= factor * matrix[pivot][column];
        }
        right[row] -= factor * right[pivot];
      }
    }
    for (int row = n - 1; row >= 0; row--) {
      for (int column = row + 1; column < n; column++) {
        right[row] -= matrix[row][column] * right[column];
      }
      right[row] /= matrix[row][row];
    }
    return right;
  }

  // On disk -----------------------------------------------------------------------------------

  @Test
  void comesBackFromItsFile() {
    Path file = temporary.resolve("calibration.safetensors");
    Calibration written = TinyCalibration.calibration(5);
    written.write(file);
    Calibration read = Calibration.read(file, 5);
    assertEquals(written.numbers(), read.numbers());
    float[] text = vector(5, new SplittableRandom(1));
    float[] image = vector(5, new SplittableRandom(2));
    assertEquals(
        written.gap().evidence(-2, 3, text, image), read.gap().evidence(-2, 3, text, image));
  }

  @Test
  void whatIsNoCalibrationIsRefusedByName() {
    float[] mean = TinyCalibration.gap(3).mean();
    float[] factor = TinyCalibration.gap(3).factor();
    float[] flat = factor.clone();
    flat[4] = 0;
    float[] full = factor.clone();
    full[2] = 1;
    float[] infinite = mean.clone();
    infinite[1] = Float.POSITIVE_INFINITY;
    assertRefused(3, "gap.factor, row 1: expected a diagonal above 0", mean, flat, 1);
    assertRefused(3, "factor, row 0, column 2: expected 0", mean, full, 1);
    assertRefused(3, "expected ", infinite, factor, 1);
    assertRefused(3, "meanExcess: expected ", mean, factor, -2);
    assertRefused(4, "tensor 'gap.mean': expected F32[4], found F32[3]", mean, factor, 1);
    Path empty = temporary.resolve("empty.safetensors");
    new Safetensors.Writer(DataType.F32).write(empty);
    assertThrows(UnusableFileException.class, () -> Calibration.read(empty, 3));
  }

  private void assertRefused(
      int dimension, String telling, float[] mean, float[] factor, double meanExcess) {
    Path file = temporary.resolve("wrong.safetensors");
    new Safetensors.Writer(DataType.F32)
        .add("gap.mean", mean, 3)
        .add("gap.factor", factor, 3, 3)
        .add("intercept", new double[] {1}, 1)
        .add("per_log_probability", new double[] {1}, 1)
        .add("per_cosine", new double[] {1}, 1)
        .add("usual_distance", new double[] {1}, 1)
        .add("mean_excess", new double[] {meanExcess}, 1)
        .write(file);
    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> Calibration.read(file, dimension));
    assertEquals(file, refused.file());
    assertTrue(refused.getMessage().contains(telling), refused::toString);
  }

  // In a model --------------------------------------------------------------------------------

  @Test
  void aModelIsCalibratedInItsPlace() throws IOException {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    assertTrue(ModelFolder.open(directory).calibration().isEmpty());

    TinyCalibration.calibrate(directory);
    ModelFolder model = ModelFolder.open(directory);
    assertEquals(TinyCalibration.NUMBERS, model.calibration().orElseThrow().numbers());
    assertEquals("made up", model.provenance().get("calibration"));
    assertEquals("model_golden.py", model.provenance().get("made by"));

    Numbers other = new Numbers(0, 0, 0, 1, 1);
    Calibration.Gap gap = new Calibration.Gap(TinyCalibration.gap(TinyModel.CLIP_DIM));
    model.calibrated(new Calibration(gap, other), "made up again");
    ModelFolder again = ModelFolder.open(directory);
    assertEquals(other, again.calibration().orElseThrow().numbers());
    assertEquals("made up again", again.provenance().get("calibration"));
    try (var files = Files.list(directory)) {
      assertEquals(7, files.count());
    }
  }

  /** Whatever moment a process ends in, the directory opens. */
  @Test
  void aModelIsSoundWhileItIsCalibrated() throws IOException {
    Path directory = TinyCalibration.calibrate(TinyModel.write(temporary, TinyModel.PROJECTION));
    Path manifest = directory.resolve(ModelFolder.MANIFEST);
    Path file = directory.resolve(ModelFolder.CALIBRATION);
    String calibrated = Files.readString(manifest);
    ModelFolder model = ModelFolder.open(directory);
    // The file cannot be replaced by a directory's rename: what was done before stays.
    Files.delete(file);
    Files.createDirectory(file);
    Files.createFile(file.resolve("in the way"));
    assertThrows(
        RuntimeException.class,
        () -> model.calibrated(TinyCalibration.calibration(TinyModel.CLIP_DIM), "again"));
    assertTrue(ModelFolder.open(directory).calibration().isEmpty());
    assertFalse(Files.readString(manifest).equals(calibrated));
  }

  @Test
  void anotherDimensionIsRefused() {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    ModelFolder model = ModelFolder.open(directory);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> model.calibrated(TinyCalibration.calibration(7), ""));
    assertEquals(
        "calibration: expected one of 64 components, as CLIP's vectors have, found 7",
        refused.getMessage());
  }

  /** What is made of a calibrated model says something else. */
  @Test
  void copiesWithAnotherAdapterAreNotCalibrated() {
    Path directory = TinyCalibration.calibrate(TinyModel.write(temporary, TinyModel.PROJECTION));
    MeanShift shift = MeanShift.randomDirection(TinyModel.CLIP_DIM, 0.1, 1);
    ModelFolder adapted =
        ModelFolder.open(directory)
            .withImageAdapter(temporary.resolve("adapted"), ImageAdapter.of(shift));
    assertFalse(adapted.has(ModelFolder.CALIBRATION));
    assertTrue(adapted.calibration().isEmpty());
    assertEquals(List.of("made by"), new ArrayList<>(adapted.provenance().keySet()));
  }

  @Test
  void aChangedFileIsRefused() throws IOException {
    Path directory = TinyCalibration.calibrate(TinyModel.write(temporary, TinyModel.PROJECTION));
    Path file = directory.resolve(ModelFolder.CALIBRATION);
    byte[] changed = Files.readAllBytes(file);
    changed[changed.length / 2] ^= 1;
    Files.write(file, changed);
    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> ModelFolder.open(directory));
    assertEquals(file, refused.file());
  }
}
