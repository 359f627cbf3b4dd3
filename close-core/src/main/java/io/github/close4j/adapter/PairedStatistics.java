package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.embedding.EmbeddingBatch;
import java.nio.file.Path;
import org.ejml.data.DMatrixRMaj;

/**
 * The first and second moments of paired text and image vectors: all that fitting an adapter needs.
 *
 * <p>Everything is summed in double precision about the means. Statistics of parts {@link #merge}
 * into those of the whole, so that pairs never need to be in memory together, nor on one machine.
 * Immutable and thread-safe; holds three matrices of doubles, {@code [dimension, dimension]}.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.2, which estimates them on pairs that are in none
 * of the training, validation and test sets. The reference ships no code for it. Parts are joined
 * as by Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
 * Variances", 1979.
 */
public final class PairedStatistics {
  private static final double UNIT_NORM_TOLERANCE = 1e-3;

  private final PairedMoments moments;

  PairedStatistics(PairedMoments moments) {
    this.moments = moments;
  }

  /**
   * Computes the moments of pairs.
   *
   * @param text {@code [pairs, dimension]}, L2-normalised text vectors; only read
   * @param image {@code [pairs, dimension]}, L2-normalised image vectors, row {@code i} the image
   *     of text {@code i}; only read
   * @return the moments
   * @throws IllegalArgumentException if the shapes differ, there is no pair, or the norm of a row
   *     is off 1 by more than 0.001
   */
  @CheckReturnValue
  public static PairedStatistics of(EmbeddingBatch text, EmbeddingBatch image) {
    if (text.rows() != image.rows() || text.dimension() != image.dimension()) {
      throw new IllegalArgumentException(
          "pairs: expected batches of one shape, found text " + text + " and image " + image);
    }
    if (text.rows() == 0) {
      throw new IllegalArgumentException("pairs: expected at least 1, found 0");
    }
    requireUnitNorm("text", text);
    requireUnitNorm("image", image);
    PairedMoments moments = new PairedMoments(text.dimension());
    moments.add(text, image);
    return new PairedStatistics(moments);
  }

  private static void requireUnitNorm(String what, EmbeddingBatch batch) {
    for (int row = 0; row < batch.rows(); row++) {
      double squares = 0;
      for (int i = 0; i < batch.dimension(); i++) {
        squares += (double) batch.get(row, i) * batch.get(row, i);
      }
      double norm = Math.sqrt(squares);
      if (!(Math.abs(norm - 1) <= UNIT_NORM_TOLERANCE)) {
        throw new IllegalArgumentException(
            "%s, row %d: expected norm 1, found %s; normalise the batch first"
                .formatted(what, row, norm));
      }
    }
  }

  /**
   * Loads statistics, so that parts taken on many machines can be joined on one.
   *
   * @param file a file that {@link #save} wrote
   * @return the moments, equal to the saved ones in every bit
   * @throws io.github.close4j.UnusableFileException if the file is missing or damaged, or holds no
   *     paired statistics
   */
  public static PairedStatistics load(Path file) {
    return new PairedStatistics(StatisticsFile.load(file));
  }

  /**
   * Saves these statistics, whole or not at all, as a safetensors file of 64-bit floats: 14 MB for
   * dimension 768 whatever the number of pairs.
   *
   * @param file the file to write, its folders made if they are missing; replaced if there is one
   * @throws java.io.UncheckedIOException if it cannot be written; an earlier one is then untouched
   */
  public void save(Path file) {
    StatisticsFile.save(moments, file);
  }

  /**
   * Joins the statistics of two sets of pairs.
   *
   * @param other the moments of other pairs
   * @return the moments of all pairs, equal to one pass over them up to rounding
   * @throws IllegalArgumentException if the dimensions differ
   */
  @CheckReturnValue
  public PairedStatistics merge(PairedStatistics other) {
    if (other.dimension() != dimension()) {
      throw new IllegalArgumentException(
          "other: expected dimension %d, found %d".formatted(dimension(), other.dimension()));
    }
    PairedMoments all = moments.copy();
    all.merge(other.moments);
    return new PairedStatistics(all);
  }

  /**
   * Returns the number of pairs.
   *
   * @return the number of pairs, at least 1
   */
  public long pairs() {
    return moments.pairs;
  }

  /**
   * Returns the length of a vector.
   *
   * @return the number of components, at least 1
   */
  public int dimension() {
    return moments.textMean.length;
  }

  /**
   * Returns the mean of the text vectors.
   *
   * @return a new array, {@code [dimension]}
   */
  public double[] textMean() {
    return moments.textMean.clone();
  }

  /**
   * Returns the mean of the image vectors.
   *
   * @return a new array, {@code [dimension]}
   */
  public double[] imageMean() {
    return moments.imageMean.clone();
  }

  /**
   * Returns {@code μ = mean(image − text)}.
   *
   * @return a new array, {@code [dimension]}
   */
  public double[] meanDifference() {
    return moments.meanDifference();
  }

  /**
   * Returns Σ, the unbiased covariance of {@code image − text}: squares summed about the mean and
   * divided by {@code pairs − 1}.
   *
   * @return a new array, {@code [dimension, dimension]}, row-major, symmetric
   * @throws IllegalStateException if there is but one pair, which has no covariance
   */
  public double[] covariance() {
    if (moments.pairs < 2) {
      throw new IllegalStateException("pairs: expected at least 2 for a covariance, found 1");
    }
    double[] covariance = moments.differenceScatter.data.clone();
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] /= moments.pairs - 1;
    }
    return covariance;
  }

  /** The sum of {@code (text − its mean)(text − its mean)ᵀ}; not to be written to. */
  DMatrixRMaj textScatter() {
    return moments.textScatter;
  }

  /** The sum of {@code (text − its mean)(image − its mean)ᵀ}; not to be written to. */
  DMatrixRMaj textImageScatter() {
    return moments.textImageScatter;
  }

  /** The sum of {@code c·cᵀ} with c = image − text − μ; not to be written to. */
  DMatrixRMaj differenceScatter() {
    return moments.differenceScatter;
  }

  /** The sum of {@code |c|⁴}. */
  double differenceFourths() {
    return moments.differenceFourths;
  }

  /** Returns the number of pairs and the dimension, never the values. */
  @Override
  public String toString() {
    return "PairedStatistics[pairs=%d, dimension=%d]".formatted(pairs(), dimension());
  }
}
