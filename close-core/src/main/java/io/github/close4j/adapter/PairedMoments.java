package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Sums over pairs about their running means, in double precision, so that adding pairs or another
 * part's sums loses no digits to the size of the means.
 *
 * <p>With d = image − text and c = d − mean(d), the sums of c·|c|² and |c|⁴ are kept too: the
 * Ledoit–Wolf shrinkage needs the latter, and moving the mean under it needs the former.
 */
final class PairedMoments {
  private static final int CHUNK_ROWS = 1024;

  long pairs;
  final double[] textMean;
  final double[] imageMean;
  final DMatrixRMaj textScatter;
  final DMatrixRMaj textImageScatter;
  final DMatrixRMaj differenceScatter;
  final double[] differenceCubes;
  double differenceFourths;

  PairedMoments(int dimension) {
    textMean = new double[dimension];
    imageMean = new double[dimension];
    textScatter = new DMatrixRMaj(dimension, dimension);
    textImageScatter = new DMatrixRMaj(dimension, dimension);
    differenceScatter = new DMatrixRMaj(dimension, dimension);
    differenceCubes = new double[dimension];
  }

  PairedMoments copy() {
    PairedMoments copy = new PairedMoments(textMean.length);
    copy.merge(this);
    return copy;
  }

  double[] meanDifference() {
    return difference(imageMean, textMean);
  }

  void add(EmbeddingBatch text, EmbeddingBatch image) {
    for (int from = 0; from < text.rows(); from += CHUNK_ROWS) {
      int to = Math.min(text.rows(), from + CHUNK_ROWS);
      moveMeans(mean(text, from, to), mean(image, from, to), to - from);
      DMatrixRMaj centredText = centred(text, textMean, from, to);
      DMatrixRMaj centredImage = centred(image, imageMean, from, to);
      CommonOps_DDRM.multAddTransA(centredText, centredText, textScatter);
      CommonOps_DDRM.multAddTransA(centredText, centredImage, textImageScatter);
      CommonOps_DDRM.subtractEquals(centredImage, centredText);
      CommonOps_DDRM.multAddTransA(centredImage, centredImage, differenceScatter);
      addHigherMoments(centredImage);
      pairs += to - from;
    }
  }

  /** Adds the sums of other pairs, which are only read. */
  void merge(PairedMoments other) {
    if (other.pairs == 0) {
      return;
    }
    moveMeans(other.textMean, other.imageMean, other.pairs);
    CommonOps_DDRM.addEquals(textScatter, other.textScatter);
    CommonOps_DDRM.addEquals(textImageScatter, other.textImageScatter);
    CommonOps_DDRM.addEquals(differenceScatter, other.differenceScatter);
    addScaled(1, other.differenceCubes, differenceCubes);
    differenceFourths += other.differenceFourths;
    // The other's sums are about its own means; they are moved here to the common ones.
    double[] textStep = difference(textMean, other.textMean);
    double[] imageStep = difference(imageMean, other.imageMean);
    recentre(other, textStep, imageStep);
    pairs += other.pairs;
  }

  /** Takes further pairs into the means and moves the sums there. */
  private void moveMeans(double[] moreText, double[] moreImage, long more) {
    double share = (double) more / (pairs + more);
    double[] textStep = scaled(share, difference(moreText, textMean));
    double[] imageStep = scaled(share, difference(moreImage, imageMean));
    if (pairs > 0) {
      recentre(this, textStep, imageStep);
    }
    addScaled(1, textStep, textMean);
    addScaled(1, imageStep, imageMean);
  }

  /**
   * Adds to this what changes in the sums of {@code part} when they are taken about a point that
   * lies the given steps away from its means.
   */
  private void recentre(PairedMoments part, double[] textStep, double[] imageStep) {
    double n = part.pairs;
    double[] step = difference(imageStep, textStep);
    double squares = dot(step, step);
    double trace = CommonOps_DDRM.trace(part.differenceScatter);
    double[] product = product(part.differenceScatter, step);
    double cubes = dot(step, part.differenceCubes);
    double quadratic = dot(step, product);
    differenceFourths += 4 * quadratic + n * squares * squares - 4 * cubes + 2 * squares * trace;
    addScaled(-trace - n * squares, step, differenceCubes);
    addScaled(-2, product, differenceCubes);
    addOuter(n, textStep, textStep, textScatter);
    addOuter(n, textStep, imageStep, textImageScatter);
    addOuter(n, step, step, differenceScatter);
  }

  private void addHigherMoments(DMatrixRMaj centred) {
    int dimension = centred.numCols;
    for (int row = 0; row < centred.numRows; row++) {
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        double value = centred.data[row * dimension + i];
        squares += value * value;
      }
      for (int i = 0; i < dimension; i++) {
        differenceCubes[i] += squares * centred.data[row * dimension + i];
      }
      differenceFourths += squares * squares;
    }
  }

  private static double[] mean(EmbeddingBatch batch, int from, int to) {
    int dimension = batch.dimension();
    double[] mean = new double[dimension];
    for (int start = from * dimension; start < to * dimension; start += dimension) {
      for (int i = 0; i < dimension; i++) {
        mean[i] += batch.values()[start + i];
      }
    }
    return scaled(1.0 / (to - from), mean);
  }

  private static DMatrixRMaj centred(EmbeddingBatch batch, double[] mean, int from, int to) {
    int dimension = mean.length;
    DMatrixRMaj rows = new DMatrixRMaj(to - from, dimension);
    int start = from * dimension;
    for (int i = 0; i < rows.data.length; i++) {
      rows.data[i] = batch.values()[start + i] - mean[i % dimension];
    }
    return rows;
  }

  private static void addOuter(double factor, double[] left, double[] right, DMatrixRMaj sum) {
    CommonOps_DDRM.multAddTransB(
        factor,
        DMatrixRMaj.wrap(left.length, 1, left),
        DMatrixRMaj.wrap(right.length, 1, right),
        sum);
  }

  private static double[] product(DMatrixRMaj matrix, double[] vector) {
    double[] product = new double[vector.length];
    CommonOps_DDRM.mult(
        matrix,
        DMatrixRMaj.wrap(vector.length, 1, vector),
        DMatrixRMaj.wrap(product.length, 1, product));
    return product;
  }

  private static double[] difference(double[] left, double[] right) {
    double[] difference = new double[left.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = left[i] - right[i];
    }
    return difference;
  }

  private static double[] scaled(double factor, double[] values) {
    double[] scaled = new double[values.length];
    addScaled(factor, values, scaled);
    return scaled;
  }

  private static void addScaled(double factor, double[] values, double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * values[i];
    }
  }

  private static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }
}
