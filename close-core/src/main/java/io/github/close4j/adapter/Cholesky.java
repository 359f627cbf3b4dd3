package io.github.close4j.adapter;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/** Cholesky factors that are refused where they would be rounding errors alone. */
final class Cholesky {
  private Cholesky() {}

  /** Returns the lower factor, rounded to float, row-major. */
  static float[] factor(DMatrixRMaj matrix, String what, String remedy) {
    return toFloat(requirePositiveDefinite(matrix, what, remedy).data);
  }

  /** Returns the lower factor; the matrix is only read. */
  static DMatrixRMaj requirePositiveDefinite(DMatrixRMaj matrix, String what, String remedy) {
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky =
        DecompositionFactory_DDRM.chol(matrix.numRows, true);
    DMatrixRMaj factor = new DMatrixRMaj(matrix.numRows, matrix.numRows);
    boolean positive = cholesky.decompose(matrix.copy());
    if (positive) {
      cholesky.getT(factor);
      positive = pivotsExceedRounding(factor, matrix);
    }
    if (!positive) {
      throw new IllegalArgumentException(
          "%s: expected positive definite, found singular to rounding; %s".formatted(what, remedy));
    }
    return factor;
  }

  /** A singular matrix can pass the decomposition with pivots that are rounding errors alone. */
  private static boolean pivotsExceedRounding(DMatrixRMaj factor, DMatrixRMaj matrix) {
    double largest = 0;
    for (int i = 0; i < matrix.numRows; i++) {
      largest = Math.max(largest, matrix.get(i, i));
    }
    double rounding = matrix.numRows * Math.ulp(1.0) * largest;
    for (int i = 0; i < matrix.numRows; i++) {
      if (!(factor.get(i, i) * factor.get(i, i) > rounding)) {
        return false;
      }
    }
    return true;
  }

  static float[] toFloat(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
