package io.github.close4j.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.NpyFile;
import io.github.close4j.internal.tensor.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingBatchTest {
  @Test
  void wrapKeepsTheArrayAndCopyOfDoesNot() {
    float[] values = {1, 2, 3, 4, 5, 6};
    EmbeddingBatch batch = EmbeddingBatch.wrap(values, 3);
    assertSame(values, batch.values());
    assertNotSame(values, EmbeddingBatch.copyOf(values, 3).values());
    assertEquals(2, batch.rows());
    assertEquals(3, batch.dimension());
    assertEquals(6, batch.get(1, 2));
    values[5] = 7;
    assertEquals(7, batch.get(1, 2));
    float[] row = batch.row(1);
    row[0] = -1;
    assertArrayEquals(new float[] {4, 5, 7}, batch.row(1));
  }

  @Test
  void aCopySharesNothingAndIsNotEqual() {
    EmbeddingBatch batch = EmbeddingBatch.allocate(2, 2);
    EmbeddingBatch copy = batch.copy();
    copy.values()[0] = 1;
    assertEquals(0, batch.get(0, 0));
    assertNotEquals(batch, batch.copy());
    assertEquals("EmbeddingBatch[2, 2]", batch.toString());
  }

  @Test
  void anEmptyBatchIsAllowed() {
    EmbeddingBatch batch = EmbeddingBatch.wrap(new float[0], 5);
    assertEquals(0, batch.rows());
    batch.normalize();
    assertSame(batch, batch.requireFinite());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207, 768, 4098})
  void normalizeDividesByTheNorm(int dimension) {
    Random random = new Random(dimension);
    float[] values = new float[3 * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 1e-3f;
    }
    EmbeddingBatch batch = EmbeddingBatch.copyOf(values, dimension);
    batch.normalize();
    for (int row = 0; row < 3; row++) {
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        squares += Math.pow(values[row * dimension + i], 2);
      }
      for (int i = 0; i < dimension; i++) {
        double expected = values[row * dimension + i] / Math.sqrt(squares);
        assertEquals(expected, batch.get(row, i), 1e-7);
      }
    }
  }

  @Test
  void normalizeSurvivesExtremeRows() {
    float[] values = {Float.MAX_VALUE, Float.MAX_VALUE, Float.MIN_VALUE, 0};
    EmbeddingBatch batch = EmbeddingBatch.wrap(values, 2);
    batch.normalize();
    assertEquals((float) Math.sqrt(0.5), batch.get(0, 0));
    assertEquals(1, batch.get(1, 0));
  }

  @Test
  void normalizeNamesTheRowWithoutADirection() {
    assertMessage("row 1", () -> EmbeddingBatch.wrap(new float[] {1, 0, 0, 0}, 2).normalize());
    float[] infinite = {1, Float.POSITIVE_INFINITY};
    assertMessage("row 0", () -> EmbeddingBatch.wrap(infinite, 2).normalize());
    float[] notANumber = {1, 1, 1, 1, Float.NaN, 1};
    assertMessage("row 2", () -> EmbeddingBatch.wrap(notANumber, 2).normalize());
  }

  @Test
  void requireFiniteNamesThePlace() {
    float[] values = {1, 1, 1, Float.NaN};
    assertMessage("row 1, component 1", () -> EmbeddingBatch.wrap(values, 2).requireFinite());
  }

  @Test
  void shapesAreChecked() {
    assertMessage("multiple of dimension 3", () -> EmbeddingBatch.wrap(new float[4], 3));
    assertMessage("dimension", () -> EmbeddingBatch.copyOf(new float[4], 0));
    assertMessage("rows", () -> EmbeddingBatch.allocate(-1, 3));
    assertMessage("at most", () -> EmbeddingBatch.allocate(1 << 20, 1 << 20));
    EmbeddingBatch batch = EmbeddingBatch.allocate(2, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> batch.get(0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> batch.get(2, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> batch.row(-1));
  }

  private static void assertMessage(String part, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
  }

  @Test
  void vectorsAreWrittenAndReadBack(@TempDir Path folder) throws IOException {
    EmbeddingBatch batch =
        EmbeddingBatch.wrap(new float[] {1.5f, -0.0f, Float.MIN_VALUE, 4, 5, 6}, 2);
    Path file = folder.resolve("new/vectors.safetensors");
    batch.write(file);
    EmbeddingBatch read = EmbeddingBatch.read(file);
    assertEquals(2, read.dimension());
    assertArrayEquals(batch.values(), read.values());
    EmbeddingBatch.allocate(0, 3).write(file);
    assertEquals("EmbeddingBatch[0, 3]", EmbeddingBatch.read(file).toString());
  }

  @Test
  void vectorsOfNumPyAreRead() throws URISyntaxException {
    URL url =
        EmbeddingBatchTest.class.getResource("/io/github/close4j/adapter/golden/many-text.npy");
    Path file = Path.of(Objects.requireNonNull(url).toURI());
    assertArrayEquals(NpyFile.read(file).toFloatArray(), EmbeddingBatch.read(file).values());
    Path vector = file.resolveSibling("many-mean.npy");
    assertUnusable(vector, "expected vectors, [rows, dimension], found shape [12]");
  }

  @Test
  void filesOfAnotherKindAreNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.safetensors");
    float[] row = {1, 2};
    new Safetensors.Writer(DataType.F32).add("a", row, 1, 2).add("b", row, 1, 2).write(file);
    assertUnusable(file, "expected one tensor, found [a, b]");
    new Safetensors.Writer(DataType.F32).add("a", new float[2], 2).write(file);
    assertUnusable(file, "[rows, dimension], found F32[2]");
    new Safetensors.Writer(DataType.F32).add("a", new float[0], 3, 0).write(file);
    assertUnusable(file, "[rows, dimension], found F32[3, 0]");
    new Safetensors.Writer(DataType.F32).add("a", new double[2], 1, 2).write(file);
    assertUnusable(file, "[rows, dimension], found F64[1, 2]");
    assertUnusable(folder.resolve("missing.npy"), "found no file");
    assertUnusable(folder.resolve("missing"), "found no file");
    Path text = Files.writeString(folder.resolve("text.NPY"), "no array at all");
    assertUnusable(text, "expected a .npy file");
  }

  private static void assertUnusable(Path file, String part) {
    UnusableFileException thrown =
        assertThrows(UnusableFileException.class, () -> EmbeddingBatch.read(file));
    assertEquals(file, thrown.file());
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }
}
