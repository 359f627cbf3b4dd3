package io.github.close4j.onnx.internal.model;

import io.github.close4j.onnx.Decoding;

/**
 * Dimensions and defaults of a captioner.
 *
 * @param clip the CLIP whose vectors it reads
 * @param preprocessing how pictures are prepared for it
 * @param t5 the T5 that writes
 * @param prefix how a CLIP vector becomes T5 input
 * @param imageAdapter the affine map between CLIP's vectors and the prefix; its numbers are among
 *     the prefix's weights
 * @param decoding how captions are decoded unless asked otherwise
 * @param maxTextTokens longest question or hypothesis beside the picture, in tokens, end included
 */
public record CaptionerConfig(
    ClipConfig clip,
    ClipConfig.Preprocessing preprocessing,
    T5Config t5,
    Prefix prefix,
    ImageAdapter.Kind imageAdapter,
    Decoding decoding,
    int maxTextTokens) {

  /**
   * How a CLIP vector becomes T5 input vectors: the prefix.
   *
   * @param kind projection or plain splitting
   * @param length vectors made from the CLIP vector (the paper: 4)
   * @param constants learned vectors that stand before them, the same for every input (the paper:
   *     0)
   */
  public record Prefix(Kind kind, int length, int constants) {

    /** How the vectors are made. */
    public enum Kind {
      /**
       * One linear map with bias from {@code clipDim} to {@code length · dModel}, cut row by row.
       */
      PROJECTION,
      /** The CLIP vector itself cut into {@code length} pieces of {@code dModel} components. */
      SPLIT
    }

    public Prefix {
      requirePositive("prefix.length", length);
      if (constants < 0) {
        throw new IllegalArgumentException(
            "prefix.constants: expected 0 or more, found " + constants);
      }
    }

    /** The paper's prefix: a projection to four vectors. */
    public static Prefix projection() {
      return new Prefix(Kind.PROJECTION, 4, 0);
    }

    /** Number of T5 input positions it takes. */
    public int positions() {
      return constants + length;
    }

    private void requireFits(int clipDim, int dModel) {
      if (kind == Kind.SPLIT && clipDim != length * dModel) {
        throw new IllegalArgumentException(
            "prefix: splitting needs a CLIP vector of length*dModel = %d components, found %d"
                .formatted(length * dModel, clipDim));
      }
    }
  }

  public CaptionerConfig {
    requirePositive("maxTextTokens", maxTextTokens);
    if (preprocessing.imageSize() != clip.vision().imageSize()) {
      throw new IllegalArgumentException(
          "preprocessing.imageSize: expected CLIP's %d, found %d"
              .formatted(clip.vision().imageSize(), preprocessing.imageSize()));
    }
    prefix.requireFits(clip.projectionDim(), t5.dModel());
    requireFits(decoding, t5);
  }

  /**
   * Checks that the vocabulary is large enough: a search takes as many tokens from it as it has
   * beams, twice as many under a length penalty.
   *
   * @throws IllegalArgumentException if it is too small
   */
  public void requireFits(Decoding other) {
    requireFits(other, t5);
  }

  private static void requireFits(Decoding decoding, T5Config t5) {
    int needed = decoding.isLengthNormalized() ? 2 * decoding.beams() : decoding.beams();
    if (needed > t5.vocabularySize()) {
      throw new IllegalArgumentException(
          "beams: %d beams need %d different tokens, found a vocabulary of %d"
              .formatted(decoding.beams(), needed, t5.vocabularySize()));
    }
  }

  // Checks of all parts, with messages that say what, expected and found -----------------------

  static void requirePositive(String what, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + ": expected a positive number, found " + value);
    }
  }

  static void requirePositive(String what, float value) {
    if (!(value > 0) || Float.isInfinite(value)) {
      throw new IllegalArgumentException(what + ": expected a positive number, found " + value);
    }
  }

  static void requireDivides(String what, int divisor, String ofWhat, int value) {
    if (value % divisor != 0) {
      throw new IllegalArgumentException(
          "%s: expected a divisor of %s %d, found %d".formatted(what, ofWhat, value, divisor));
    }
  }
}
