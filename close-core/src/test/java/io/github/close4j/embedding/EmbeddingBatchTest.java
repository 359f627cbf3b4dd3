package io.github.close4j.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
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
}
