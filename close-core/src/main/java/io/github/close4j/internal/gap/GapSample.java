package io.github.close4j.internal.gap;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.metric.ModalityGap;
import java.util.Arrays;

/**
 * Pairs of which each is counted any number of times: once for the measures themselves, otherwise
 * for a bootstrap's resample.
 */
public final class GapSample {
  private static final double UNIT_NORM_TOLERANCE = 1e-3;

  private final EmbeddingBatch text;
  private final EmbeddingBatch image;
  private final double[] textSquares;
  private final double[] imageSquares;
  private final double[] pairCosines;
  private final int[] imageToTextRanks;
  private final int[] textToImageRanks;

  /** Checks the pairs and compares all texts with all images, once for all resamples. */
  public GapSample(EmbeddingBatch text, EmbeddingBatch image) {
    if (text.rows() != image.rows() || text.dimension() != image.dimension()) {
      throw new IllegalArgumentException(
          "pairs: expected batches of one shape, found text " + text + " and image " + image);
    }
    if (text.rows() < 2) {
      throw new IllegalArgumentException("pairs: expected at least 2, found " + text.rows());
    }
    this.text = text;
    this.image = image;
    textSquares = squares("text", text);
    imageSquares = squares("image", image);
    int pairs = text.rows();
    pairCosines = new double[pairs];
    for (int row = 0; row < pairs; row++) {
      pairCosines[row] = cosine(text, row, image, row);
    }
    imageToTextRanks = new int[pairs];
    textToImageRanks = new int[pairs];
    rank();
  }

  private static double[] squares(String what, EmbeddingBatch batch) {
    double[] squares = new double[batch.rows()];
    for (int row = 0; row < squares.length; row++) {
      squares[row] = cosine(batch, row, batch, row);
      if (!(Math.abs(Math.sqrt(squares[row]) - 1) <= UNIT_NORM_TOLERANCE)) {
        throw new IllegalArgumentException(
            what + ", row " + row + ": expected norm 1, found " + Math.sqrt(squares[row]));
      }
    }
    return squares;
  }

  /** Counts the others that are at least as near as one's own. */
  private void rank() {
    for (int i = 0; i < pairCosines.length; i++) {
      for (int j = 0; j < pairCosines.length; j++) {
        if (i != j) {
          double cosine = cosine(text, i, image, j);
          textToImageRanks[i] += cosine >= pairCosines[i] ? 1 : 0;
          imageToTextRanks[j] += cosine >= pairCosines[j] ? 1 : 0;
        }
      }
    }
  }

  /**
   * Measures the gap of the pairs, pair {@code i} taken {@code counts[i]} times.
   *
   * <p>A pair is never unrelated to its own copies. For retrieval the queries are counted; what
   * they are looked up among stays the whole set.
   */
  public ModalityGap measure(int[] counts) {
    double[] textSum = sum(text, counts);
    double[] imageSum = sum(image, counts);
    double total = 0;
    double related = 0;
    double pairs = 0;
    double textPairs = 0;
    double imagePairs = 0;
    double textImagePairs = 0;
    for (int i = 0; i < counts.length; i++) {
      double count = counts[i];
      total += count;
      related += count * count;
      pairs += count * pairCosines[i];
      textPairs += count * count * textSquares[i];
      imagePairs += count * count * imageSquares[i];
      textImagePairs += count * count * pairCosines[i];
    }
    // The sum over all i, j of x_i·y_j is (sum of x)·(sum of y); the related pairs are taken out.
    double unrelated = total * total - related;
    return new ModalityGap(
        pairs / total,
        (dot(textSum, textSum) - textPairs) / unrelated,
        (dot(imageSum, imageSum) - imagePairs) / unrelated,
        (dot(textSum, imageSum) - textImagePairs) / unrelated,
        norm(difference(imageSum, textSum)) / total,
        recallAt(1, imageToTextRanks, counts),
        recallAt(5, imageToTextRanks, counts),
        recallAt(10, imageToTextRanks, counts),
        recallAt(1, textToImageRanks, counts),
        recallAt(5, textToImageRanks, counts),
        recallAt(10, textToImageRanks, counts));
  }

  int pairs() {
    return pairCosines.length;
  }

  /**
   * Each pair's difference, image less text, along the difference of the means; 0 if there is none.
   */
  double[] differencesAlongMeans() {
    double[] differences = new double[pairs()];
    double[] means = meanDifference();
    double norm = norm(means);
    for (int pair = 0; pair < differences.length && norm > 0; pair++) {
      float[] textRow = text.row(pair);
      float[] imageRow = image.row(pair);
      for (int i = 0; i < means.length; i++) {
        differences[pair] += ((double) imageRow[i] - textRow[i]) * means[i] / norm;
      }
    }
    return differences;
  }

  private double[] meanDifference() {
    int[] once = new int[pairs()];
    Arrays.fill(once, 1);
    return difference(sum(image, once), sum(text, once));
  }

  /** The unit vector along the difference of the means. */
  public double[] direction() {
    double[] difference = meanDifference();
    double norm = norm(difference);
    if (norm == 0) {
      throw new IllegalArgumentException("gap: expected two means, found that they are equal");
    }
    for (int i = 0; i < difference.length; i++) {
      difference[i] /= norm;
    }
    return difference;
  }

  private static double[] sum(EmbeddingBatch batch, int[] counts) {
    double[] sum = new double[batch.dimension()];
    float[] values = batch.values();
    for (int row = 0; row < counts.length; row++) {
      if (counts[row] != 0) {
        int start = row * sum.length;
        for (int i = 0; i < sum.length; i++) {
          sum[i] += (double) counts[row] * values[start + i];
        }
      }
    }
    return sum;
  }

  private static double cosine(EmbeddingBatch left, int leftRow, EmbeddingBatch right, int row) {
    int dimension = left.dimension();
    float[] leftValues = left.values();
    float[] rightValues = right.values();
    int leftStart = leftRow * dimension;
    int rightStart = row * dimension;
    double sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += (double) leftValues[leftStart + i] * rightValues[rightStart + i];
    }
    return sum;
  }

  private static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }

  private static double[] difference(double[] left, double[] right) {
    double[] difference = new double[left.length];
    for (int i = 0; i < left.length; i++) {
      difference[i] = left[i] - right[i];
    }
    return difference;
  }

  private static double norm(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double recallAt(int limit, int[] ranks, int[] counts) {
    double found = 0;
    double total = 0;
    for (int i = 0; i < ranks.length; i++) {
      found += ranks[i] < limit ? counts[i] : 0;
      total += counts[i];
    }
    return found / total;
  }
}
