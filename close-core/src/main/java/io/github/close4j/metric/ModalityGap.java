package io.github.close4j.metric;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.gap.GapSample;
import java.util.Arrays;

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
 * @param imageToTextRecallAt10 the share of images whose own text is among the 10 nearest
 * @param textToImageRecallAt1 the share of texts whose own image is the nearest of all images
 * @param textToImageRecallAt5 the share of texts whose own image is among the 5 nearest
 * @param textToImageRecallAt10 the share of texts whose own image is among the 10 nearest
 */
public record ModalityGap(
    double pairCosine,
    double unrelatedTextCosine,
    double unrelatedImageCosine,
    double unrelatedTextImageCosine,
    double meanDifferenceNorm,
    double imageToTextRecallAt1,
    double imageToTextRecallAt5,
    double imageToTextRecallAt10,
    double textToImageRecallAt1,
    double textToImageRecallAt5,
    double textToImageRecallAt10) {

  /**
   * Measures the gap, in double precision. Time grows with the square of the number of pairs.
   *
   * <p>A text that is exactly as near to an image as the image's own counts as nearer, and likewise
   * the other way, so that vectors which are all the same have a recall of 0, not of 1.
   *
   * @param text {@code [pairs, dimension]}, unit rows; only read
   * @param image {@code [pairs, dimension]}, unit rows, row {@code i} the image of text {@code i};
   *     only read
   * @return the measures
   * @throws IllegalArgumentException if the shapes differ, there are fewer than 2 pairs, or the
   *     norm of a row differs from 1 by more than 0.001
   */
  @CheckReturnValue
  public static ModalityGap measure(EmbeddingBatch text, EmbeddingBatch image) {
    int[] once = new int[text.rows()];
    Arrays.fill(once, 1);
    return new GapSample(text, image).measure(once);
  }

  /**
   * The direction of the gap, the unit vector along {@code mean(image) − mean(text)}.
   *
   * @param text {@code [pairs, dimension]}, unit rows; only read
   * @param image {@code [pairs, dimension]}, unit rows; only read
   * @return a new array, {@code [dimension]}
   * @throws IllegalArgumentException if the shapes differ, there are fewer than 2 pairs, the norm
   *     of a row differs from 1 by more than 0.001, or the means are equal
   */
  @CheckReturnValue
  public static double[] direction(EmbeddingBatch text, EmbeddingBatch image) {
    return new GapSample(text, image).direction();
  }
}
