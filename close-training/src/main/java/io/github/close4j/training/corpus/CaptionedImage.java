package io.github.close4j.training.corpus;

import io.github.close4j.internal.io.VisibleText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture, which need not exist, and what people say of it.
 *
 * @param id the picture's number in COCO, or what else names it, or null
 * @param image the picture's file as the corpus states it, or null
 * @param captions at least one caption, each with a visible character, as they are written
 */
public record CaptionedImage(@Nullable String id, @Nullable String image, List<String> captions) {

  /**
   * A picture of which nothing is known but its captions.
   *
   * @param captions at least one caption, each with a visible character
   * @return the picture
   * @throws IllegalArgumentException if there is no caption, or one without a visible character
   */
  public static CaptionedImage of(List<String> captions) {
    return new CaptionedImage(null, null, captions);
  }

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no caption, or one without a visible character
   */
  public CaptionedImage {
    captions = List.copyOf(captions);
    if (captions.isEmpty() || !captions.stream().allMatch(VisibleText::isIn)) {
      throw new IllegalArgumentException(
          "captions: expected at least one, each with a visible character, found " + captions);
    }
  }
}
