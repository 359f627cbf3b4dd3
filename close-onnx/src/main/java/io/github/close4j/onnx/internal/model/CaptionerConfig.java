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
    ImagePreprocessing preprocessing,
    T5Config t5,
    PrefixConfig prefix,
    ImageAdapter.Kind imageAdapter,
    Decoding decoding,
    int maxTextTokens) {

  /**
   * Checks that the parts fit one another.
   *
   * @param clip see the record
   * @param preprocessing see the record
   * @param t5 see the record
   * @param prefix see the record
   * @param imageAdapter see the record
   * @param decoding see the record
   * @param maxTextTokens see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public CaptionerConfig {
    Require.present("clip", clip);
    Require.present("preprocessing", preprocessing);
    Require.present("t5", t5);
    Require.present("prefix", prefix);
    Require.present("imageAdapter", imageAdapter);
    Require.present("decoding", decoding);
    Require.positive("maxTextTokens", maxTextTokens);
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
}
