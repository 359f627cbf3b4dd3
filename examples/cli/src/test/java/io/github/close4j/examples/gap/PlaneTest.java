package io.github.close4j.examples.gap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PlaneTest {
  private static final int DIMENSION = 7;
  private static final int ROWS = 8;

  /**
   * Every combination of ±3 along one axis, ±1 along another, ±0.1 along a third: no correlation.
   */
  @Test
  void theFirstTwoComponentsAreTheDirectionsOfMostVariance() {
    EmbeddingBatch first = EmbeddingBatch.allocate(ROWS, DIMENSION);
    EmbeddingBatch second = EmbeddingBatch.allocate(ROWS, DIMENSION);
    for (EmbeddingBatch batch : new EmbeddingBatch[] {first, second}) {
      Arrays.fill(batch.values(), 5);
      for (int row = 0; row < ROWS; row++) {
        int start = row * DIMENSION;
        batch.values()[start + 4] += (row & 1) == 0 ? 3 : -3;
        batch.values()[start + 2] += (row & 2) == 0 ? 1 : -1;
        batch.values()[start] += (row & 4) == 0 ? 0.1f : -0.1f;
      }
    }

    Plane plane = Plane.of(first, second);

    assertAlong(plane.coordinates(first, 0), column(first, 4));
    assertAlong(plane.coordinates(second, 1), column(second, 2));
    assertEquals(3 * 1.1, plane.reach(), 1e-5);
  }

  private static double[] column(EmbeddingBatch batch, int axis) {
    double[] column = new double[batch.rows()];
    for (int row = 0; row < column.length; row++) {
      column[row] = batch.values()[row * DIMENSION + axis];
    }
    return column;
  }

  /** Equal after centring, up to the sign that an axis is free to have. */
  private static void assertAlong(double[] coordinates, double[] column) {
    double sign = Math.signum(coordinates[0]) * Math.signum(column[0] - 5);
    for (int i = 0; i < column.length; i++) {
      assertEquals(column[i] - 5, sign * coordinates[i], 1e-5);
    }
  }
}
