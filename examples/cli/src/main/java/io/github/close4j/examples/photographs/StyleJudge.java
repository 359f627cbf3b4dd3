package io.github.close4j.examples.photographs;

import java.util.List;
import java.util.Map;

/** Tells in which style a caption is written; it learns this from captions, without pictures. */
public final class StyleJudge {

  /** A manner of writing captions. */
  public enum Style {
    /** Flickr8k's own: what is to be seen. */
    PLAIN,
    /** FlickrStyle's romantic captions. */
    ROMANTIC,
    /** FlickrStyle's humorous captions. */
    HUMOROUS
  }

  private final TextClassifier<Style> classifier;

  /**
   * Trains a judge. Its styles are equally probable, whatever the numbers of captions.
   *
   * @param captions captions by style, at least one each
   * @throws IllegalArgumentException if there are fewer than two styles, or one without a caption
   */
  public StyleJudge(Map<Style, List<String>> captions) {
    classifier = new TextClassifier<>(captions);
  }

  /**
   * Returns the share of captions that are in a style rather than in another.
   *
   * @param captions the captions, at least one
   * @param style the style
   * @return 0 to 1
   */
  public double share(List<String> captions, Style style) {
    return classifier.share(captions, style);
  }
}
