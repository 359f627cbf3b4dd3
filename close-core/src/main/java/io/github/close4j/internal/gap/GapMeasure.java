package io.github.close4j.internal.gap;

import io.github.close4j.metric.ModalityGap;
import java.util.function.ToDoubleFunction;

/** The measures of a {@link ModalityGap}, to go through them one by one. */
public enum GapMeasure {
  PAIR_COSINE("cosine of a text and its image", ModalityGap::pairCosine),
  UNRELATED_TEXT_COSINE("cosine of unrelated texts", ModalityGap::unrelatedTextCosine),
  UNRELATED_IMAGE_COSINE("cosine of unrelated images", ModalityGap::unrelatedImageCosine),
  UNRELATED_TEXT_IMAGE_COSINE(
      "cosine of a text and an unrelated image", ModalityGap::unrelatedTextImageCosine),
  MEAN_DIFFERENCE_NORM("distance of the means", ModalityGap::meanDifferenceNorm),
  IMAGE_TO_TEXT_RECALL_AT_1("image to text R@1", ModalityGap::imageToTextRecallAt1),
  IMAGE_TO_TEXT_RECALL_AT_5("image to text R@5", ModalityGap::imageToTextRecallAt5),
  IMAGE_TO_TEXT_RECALL_AT_10("image to text R@10", ModalityGap::imageToTextRecallAt10),
  TEXT_TO_IMAGE_RECALL_AT_1("text to image R@1", ModalityGap::textToImageRecallAt1),
  TEXT_TO_IMAGE_RECALL_AT_5("text to image R@5", ModalityGap::textToImageRecallAt5),
  TEXT_TO_IMAGE_RECALL_AT_10("text to image R@10", ModalityGap::textToImageRecallAt10);

  private final String title;
  private final ToDoubleFunction<ModalityGap> value;

  GapMeasure(String title, ToDoubleFunction<ModalityGap> value) {
    this.title = title;
    this.value = value;
  }

  /** What a table calls the measure. */
  public String title() {
    return title;
  }

  /** The measure's value. */
  public double of(ModalityGap gap) {
    return value.applyAsDouble(gap);
  }

  /** Whether it is the share of queries that found what they look for. */
  boolean isShare() {
    return compareTo(MEAN_DIFFERENCE_NORM) > 0;
  }
}
