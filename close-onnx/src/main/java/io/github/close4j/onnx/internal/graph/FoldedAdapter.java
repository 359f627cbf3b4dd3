package io.github.close4j.onnx.internal.graph;

import java.nio.FloatBuffer;

/** An affine map folded into the one that follows it, summed in double precision. */
final class FoldedAdapter {
  private FoldedAdapter() {}

  /** {@code W·A}: [m,n] from [m,k] and [k,n]. */
  static Weight product(Weight left, Weight right) {
    int rows = (int) left.shape()[0];
    int inner = (int) left.shape()[1];
    int columns = (int) right.shape()[1];
    float[] a = floats(right);
    FloatBuffer product = WeightBank.allocate(rows * columns);
    for (int row = 0; row < rows; row++) {
      double[] sums = new double[columns];
      for (int k = 0; k < inner; k++) {
        double factor = left.values().get(row * inner + k);
        for (int column = 0; column < columns; column++) {
          sums[column] += factor * a[k * columns + column];
        }
      }
      for (double sum : sums) {
        product.put((float) sum);
      }
    }
    return new Weight(product.rewind(), new long[] {rows, columns});
  }

  /** {@code W·b + c}: [m] from [m,k], [k] and [m]. */
  static Weight affine(Weight matrix, Weight vector, Weight offset) {
    int rows = (int) matrix.shape()[0];
    int inner = (int) matrix.shape()[1];
    FloatBuffer result = WeightBank.allocate(rows);
    for (int row = 0; row < rows; row++) {
      double sum = offset.values().get(row);
      for (int k = 0; k < inner; k++) {
        sum += (double) matrix.values().get(row * inner + k) * vector.values().get(k);
      }
      result.put((float) sum);
    }
    return new Weight(result.rewind(), new long[] {rows});
  }

  private static float[] floats(Weight weight) {
    float[] values = new float[weight.values().capacity()];
    weight.values().duplicate().rewind().get(values);
    return values;
  }
}
