package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.embedding.EmbeddingBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.ejml.data.DMatrixRMaj;

/**
 * The first and second moments of paired text and image vectors: all that fitting an adapter needs.
 *
 * <p>Everything is summed in double precision about the means. Statistics of parts {@link #merge}
 * into those of the whole; {@link Builder} takes pairs in one pass, batch by batch. Immutable and
 * thread-safe.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 4.2, which estimates them on pairs that are in none
 * of the training, validation and test sets. The reference ships no code for it. Parts are joined
 * as by Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
 * Variances", 1979.
 */
public final class PairedStatistics {
  private final PairedMoments moments;

  private PairedStatistics(PairedMoments moments) {
    this.moments = moments;
  }

  /**
   * Takes pairs in one pass, in batches of any sizes, so that they never need to be in memory
   * together. It holds three matrices of doubles, {@code [dimension, dimension]}. Not thread-safe:
   * threads build parts of their own, which {@link #merge} joins.
   */
  public static final class Builder {
    private final PairedMoments moments;

    /**
     * Starts without pairs.
     *
     * @param dimension the length of a vector, at least 1
     * @throws IllegalArgumentException if {@code dimension} is below 1
     */
    public Builder(int dimension) {
      if (dimension < 1) {
        throw new IllegalArgumentException("dimension: expected at least 1, found " + dimension);
      }
      moments = new PairedMoments(dimension);
    }

    /**
     * Adds a batch of pairs.
     *
     * @param text {@code [pairs, dimension]}, L2-normalised text vectors; only read
     * @param image {@code [pairs, dimension]}, L2-normalised image vectors, row {@code i} the image
     *     of text {@code i}; only read
     * @return this builder
     * @throws IllegalArgumentException if the shapes do not fit, a component is not finite, or a
     *     vector is zero; nothing is added then
     */
    public Builder add(EmbeddingBatch text, EmbeddingBatch image) {
      if (text.rows() != image.rows() || text.dimension() != image.dimension()) {
        throw new IllegalArgumentException(
            "pairs: expected batches of one shape, found text " + text + " and image " + image);
      }
      AdapterSteps.requireDimension(text, moments.textMean.length);
      requireVectors("text", text);
      requireVectors("image", image);
      moments.add(text, image);
      return this;
    }

    /**
     * Adds all pairs of other statistics, as if they had been added one by one.
     *
     * @param part other pairs of the same dimension; only read
     * @return this builder
     * @throws IllegalArgumentException if the dimension differs
     */
    public Builder add(PairedStatistics part) {
      if (part.dimension() != moments.textMean.length) {
        throw new IllegalArgumentException(
            "part: expected dimension %d, found %d"
                .formatted(moments.textMean.length, part.dimension()));
      }
      moments.merge(part.moments);
      return this;
    }

    /**
     * Returns the moments of the pairs so far; more may be added afterwards.
     *
     * @return the moments
     * @throws IllegalArgumentException if there are fewer than 2 pairs
     */
    public PairedStatistics build() {
      if (moments.pairs < 2) {
        throw new IllegalArgumentException("pairs: expected at least 2, found " + moments.pairs);
      }
      return new PairedStatistics(moments.copy());
    }
  }

  /**
   * Computes the moments of pairs.
   *
   * @param text {@code [pairs, dimension]}, L2-normalised text vectors; only read
   * @param image {@code [pairs, dimension]}, L2-normalised image vectors, row {@code i} the image
   *     of text {@code i}; only read
   * @return the moments
   * @throws IllegalArgumentException if the shapes differ, there are fewer than 2 pairs, a
   *     component is not finite, or a vector is zero
   */
  @CheckReturnValue
  public static PairedStatistics of(EmbeddingBatch text, EmbeddingBatch image) {
    return new Builder(text.dimension()).add(text, image).build();
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
   * Saves these statistics, whole or not at all, as one {@code .npy} array of doubles: {@code 5 + 3
   * * dimension + 3 * dimension²} of them, 14 MB for dimension 768 whatever the number of pairs.
   *
   * @param file the file to write; replaced if there is one
   * @throws UncheckedIOException if it cannot be written; an earlier one is then untouched
   */
  public void save(Path file) {
    try {
      StatisticsFile.save(moments, file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static void requireVectors(String what, EmbeddingBatch batch) {
    for (int row = 0; row < batch.rows(); row++) {
      double sum = 0;
      for (int i = 0; i < batch.dimension(); i++) {
        float value = batch.get(row, i);
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException(
              "%s, row %d, component %d: expected a finite number, found %s"
                  .formatted(what, row, i, value));
        }
        sum += Math.abs(value);
      }
      if (sum == 0) {
        throw new IllegalArgumentException(
            "%s, row %d: expected a vector with a direction, found zeros".formatted(what, row));
      }
    }
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
    return new Builder(dimension()).add(this).add(other).build();
  }

  /**
   * Returns the number of pairs.
   *
   * @return the number of pairs, at least 2
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
   */
  public double[] covariance() {
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
