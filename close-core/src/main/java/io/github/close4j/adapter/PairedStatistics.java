package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The first and second moments of paired text and image vectors: all that fitting an adapter needs.
 *
 * <p>Everything is summed in double precision about the means. Immutable and thread-safe.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.2, which estimates them on pairs that are in none
 * of the training, validation and test sets. The reference ships no code for it.
 */
public final class PairedStatistics {
  private static final int CHUNK_ROWS = 1024;

  private final int pairs;
  private final double[] textMean;
  private final double[] imageMean;
  private final DMatrixRMaj textScatter;
  private final DMatrixRMaj textImageScatter;
  private final DMatrixRMaj differenceScatter;

  private PairedStatistics(EmbeddingBatch text, EmbeddingBatch image) {
    int dimension = text.dimension();
    pairs = text.rows();
    textMean = mean(text);
    imageMean = mean(image);
    textScatter = new DMatrixRMaj(dimension, dimension);
    textImageScatter = new DMatrixRMaj(dimension, dimension);
    differenceScatter = new DMatrixRMaj(dimension, dimension);
    for (int from = 0; from < pairs; from += CHUNK_ROWS) {
      int to = Math.min(pairs, from + CHUNK_ROWS);
      DMatrixRMaj centredText = centred(text, textMean, from, to);
      DMatrixRMaj centredImage = centred(image, imageMean, from, to);
      CommonOps_DDRM.multAddTransA(centredText, centredText, textScatter);
      CommonOps_DDRM.multAddTransA(centredText, centredImage, textImageScatter);
      CommonOps_DDRM.subtractEquals(centredImage, centredText);
      CommonOps_DDRM.multAddTransA(centredImage, centredImage, differenceScatter);
    }
  }

  /**
   * Computes the moments of pairs.
   *
   * @param text {@code [pairs, dimension]}, L2-normalised text vectors; only read
   * @param image {@code [pairs, dimension]}, L2-normalised image vectors, row {@code i} the image
   *     of text {@code i}; only read
   * @return the moments
   * @throws IllegalArgumentException if the shapes differ, there are fewer than 2 pairs, or a
   *     component is not finite
   */
  public static PairedStatistics of(EmbeddingBatch text, EmbeddingBatch image) {
    if (text.rows() != image.rows() || text.dimension() != image.dimension()) {
      throw new IllegalArgumentException(
          "pairs: expected batches of one shape, found text " + text + " and image " + image);
    }
    if (text.rows() < 2) {
      throw new IllegalArgumentException("pairs: expected at least 2, found " + text.rows());
    }
    return new PairedStatistics(text.requireFinite(), image.requireFinite());
  }

  private static double[] mean(EmbeddingBatch batch) {
    double[] mean = new double[batch.dimension()];
    float[] values = batch.values();
    for (int start = 0; start < values.length; start += mean.length) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += values[start + i];
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= batch.rows();
    }
    return mean;
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

  /**
   * Returns the number of pairs.
   *
   * @return the number of pairs, at least 2
   */
  public int pairs() {
    return pairs;
  }

  /**
   * Returns the length of a vector.
   *
   * @return the number of components, at least 1
   */
  public int dimension() {
    return textMean.length;
  }

  /**
   * Returns {@code μ = mean(image − text)}.
   *
   * @return a new array, {@code [dimension]}
   */
  public double[] meanDifference() {
    double[] difference = new double[textMean.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = imageMean[i] - textMean[i];
    }
    return difference;
  }

  /**
   * Returns Σ, the unbiased covariance of {@code image − text}: squares summed about the mean and
   * divided by {@code pairs − 1}.
   *
   * @return a new array, {@code [dimension, dimension]}, row-major, symmetric
   */
  public double[] covariance() {
    return covarianceMatrix().data;
  }

  DMatrixRMaj covarianceMatrix() {
    DMatrixRMaj covariance = differenceScatter.copy();
    CommonOps_DDRM.divide(covariance, pairs - 1);
    return covariance;
  }

  double[] textMean() {
    return textMean;
  }

  double[] imageMean() {
    return imageMean;
  }

  /** The sum of {@code (text − its mean)(text − its mean)ᵀ}; not to be written to. */
  DMatrixRMaj textScatter() {
    return textScatter;
  }

  /** The sum of {@code (text − its mean)(image − its mean)ᵀ}; not to be written to. */
  DMatrixRMaj textImageScatter() {
    return textImageScatter;
  }
}
