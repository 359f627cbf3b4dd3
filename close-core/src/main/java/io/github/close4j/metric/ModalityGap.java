package io.github.close4j.metric;

import io.github.close4j.embedding.EmbeddingBatch;

/**
 * How far text and image vectors of the same scenes stand apart.
 *
 * <p>Unrelated means every ordered pair of rows {@code i ≠ j}. For COCO captions and ViT-L/14 the
 * paper gives a cosine of 0.26 for a caption and its own image, and 0.35 for two unrelated
 * captions.
 *
 * @param pairCosine the mean cosine of text {@code i} and image {@code i}
 * @param unrelatedTextCosine the mean cosine of two unrelated texts
 * @param unrelatedImageCosine the mean cosine of two unrelated images
 * @param unrelatedTextImageCosine the mean cosine of a text and an unrelated image
 * @param meanDifferenceNorm the Euclidean norm of {@code mean(image) − mean(text)}
 * @param imageToTextRecallAt1 the share of images whose own text is the nearest of all texts
 * @param imageToTextRecallAt5 the share of images whose own text is among the 5 nearest
 */
public record ModalityGap(
    double pairCosine,
    double unrelatedTextCosine,
    double unrelatedImageCosine,
    double unrelatedTextImageCosine,
    double meanDifferenceNorm,
    double imageToTextRecallAt1,
    double imageToTextRecallAt5) {

  private static final double UNIT_NORM_TOLERANCE = 1e-3;

  /**
   * Measures the gap, in double precision. Time grows with the square of the number of pairs.
   *
   * <p>A text that is exactly as near to an image as the image's own counts as nearer, so that
   * vectors which are all the same have a recall of 0, not of 1.
   *
   * @param text {@code [pairs, dimension]}, unit rows; only read
   * @param image {@code [pairs, dimension]}, unit rows, row {@code i} the image of text {@code i};
   *     only read
   * @return the measures
   * @throws IllegalArgumentException if the shapes differ, there are fewer than 2 pairs, or the
   *     norm of a row differs from 1 by more than 0.001
   */
  public static ModalityGap measure(EmbeddingBatch text, EmbeddingBatch image) {
    if (text.rows() != image.rows() || text.dimension() != image.dimension()) {
      throw new IllegalArgumentException(
          "pairs: expected batches of one shape, found text " + text + " and image " + image);
    }
    if (text.rows() < 2) {
      throw new IllegalArgumentException("pairs: expected at least 2, found " + text.rows());
    }
    double textSquares = sumOfSquares("text", text);
    double imageSquares = sumOfSquares("image", image);
    double[] textSum = sum(text);
    double[] imageSum = sum(image);
    double pairSum = 0;
    for (int row = 0; row < text.rows(); row++) {
      pairSum += cosine(text, row, image, row);
    }
    int pairs = text.rows();
    // The sum over all i, j of x_i·y_j is (sum of x)·(sum of y); the related pairs are taken out.
    double ordered = (double) pairs * (pairs - 1);
    int[] ranks = imageToTextRanks(text, image);
    return new ModalityGap(
        pairSum / pairs,
        (dot(textSum, textSum) - textSquares) / ordered,
        (dot(imageSum, imageSum) - imageSquares) / ordered,
        (dot(textSum, imageSum) - pairSum) / ordered,
        distance(textSum, imageSum) / pairs,
        recallAt(1, ranks),
        recallAt(5, ranks));
  }

  private static double sumOfSquares(String what, EmbeddingBatch batch) {
    double sum = 0;
    for (int row = 0; row < batch.rows(); row++) {
      double squares = cosine(batch, row, batch, row);
      if (!(Math.abs(Math.sqrt(squares) - 1) <= UNIT_NORM_TOLERANCE)) {
        throw new IllegalArgumentException(
            what + ", row " + row + ": expected norm 1, found " + Math.sqrt(squares));
      }
      sum += squares;
    }
    return sum;
  }

  private static double[] sum(EmbeddingBatch batch) {
    double[] sum = new double[batch.dimension()];
    float[] values = batch.values();
    for (int start = 0; start < values.length; start += sum.length) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values[start + i];
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

  private static double distance(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (left[i] - right[i]) * (left[i] - right[i]);
    }
    return Math.sqrt(sum);
  }

  /** The number of texts at least as near to each image as its own; its own is not counted. */
  private static int[] imageToTextRanks(EmbeddingBatch text, EmbeddingBatch image) {
    int[] ranks = new int[image.rows()];
    for (int row = 0; row < ranks.length; row++) {
      double own = cosine(image, row, text, row);
      for (int other = 0; other < ranks.length; other++) {
        if (other != row && cosine(image, row, text, other) >= own) {
          ranks[row]++;
        }
      }
    }
    return ranks;
  }

  private static double recallAt(int limit, int[] ranks) {
    int found = 0;
    for (int rank : ranks) {
      if (rank < limit) {
        found++;
      }
    }
    return (double) found / ranks.length;
  }
}
