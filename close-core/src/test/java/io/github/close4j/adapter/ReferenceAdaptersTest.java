package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceAdaptersTest {
  private static final Path MEAN = GoldenFiles.path("golden/many-mean.npy");
  private static final Path COVARIANCE = GoldenFiles.path("golden/many-covariance.npy");
  private static final Path COEF = GoldenFiles.path("golden/many-linear-coef.npy");
  private static final Path BIAS = GoldenFiles.path("golden/many-linear-bias.npy");

  @TempDir Path folder;

  @Test
  void parametersAreThoseOfTheFiles() {
    MeanShift shift = ReferenceAdapters.meanShift(MEAN, -2, true, 0.08);
    assertArrayEquals(NpyFile.read(MEAN).toFloatArray(), shift.shift());
    assertEquals(-2, shift.multiplier());
    assertTrue(shift.normalized());
    LinearAdapter linear = ReferenceAdapters.linear(COEF, BIAS, false, 0.04);
    assertArrayEquals(NpyFile.read(COEF).toFloatArray(), linear.matrix());
    assertArrayEquals(NpyFile.read(BIAS).toFloatArray(), linear.bias());
    assertFalse(linear.normalized());
    float[] cholesky = NpyFile.read(GoldenFiles.path("golden/many-cholesky.npy")).toFloatArray();
    CovarianceNoise first = ReferenceAdapters.covarianceFirstRelease(MEAN, COVARIANCE, 1);
    assertArrayEquals(cholesky, first.factor(), 1e-6f);
    assertTrue(first.shiftsEvaluation());
    CovarianceNoise head = ReferenceAdapters.covarianceHead(MEAN, COVARIANCE, 0.04);
    assertArrayEquals(first.factor(), head.factor());
    assertEquals(0.04, head.noiseStdDev());
  }

  /** The singular covariance of 17 pairs in 31 dimensions can be drawn from all the same. */
  @Test
  void aSingularCovarianceIsTaken() {
    Path mean = GoldenFiles.path("golden/few-mean.npy");
    Path covariance = GoldenFiles.path("golden/few-covariance.npy");
    assertEquals(31, ReferenceAdapters.covarianceFirstRelease(mean, covariance, 1).dimension());
  }

  @Test
  void filesThatDoNotFitAreNamed() throws IOException {
    Path few = GoldenFiles.path("golden/few-covariance.npy");
    assertMessage(
        few, "expected shape [12, 12]", () -> ReferenceAdapters.linear(few, BIAS, true, 0));
    assertMessage(COEF, "one vector", () -> ReferenceAdapters.meanShift(COEF, 1, true, 0));
    Path missing = folder.resolve("missing.npy");
    assertMessage(missing, "found no file", () -> ReferenceAdapters.meanShift(missing, 1, true, 0));
    byte[] bytes = Files.readAllBytes(MEAN);
    for (int i = bytes.length - 8; i < bytes.length; i++) {
      bytes[i] = (byte) 0xff;
    }
    Path broken = Files.write(folder.resolve("broken.npy"), bytes);
    assertMessage(broken, "number 11", () -> ReferenceAdapters.meanShift(broken, 1, true, 0));
  }

  private static void assertMessage(Path file, String part, Runnable action) {
    UnusableFileException thrown = assertThrows(UnusableFileException.class, action::run);
    assertEquals(file, thrown.file());
    assertTrue(thrown.getMessage().startsWith(file + ": "), thrown.getMessage());
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }
}
