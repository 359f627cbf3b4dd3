package io.github.close4j.onnx;

import java.util.List;

/**
 * A caption, answer or label. Immutable.
 *
 * @param text the text
 * @param logProbability natural logarithm of the probability that the model gives it, end token
 *     included: at most 0
 * @param score what hypotheses were compared by: the log-probability itself, or under a {@linkplain
 *     Decoding#lengthNormalized length penalty} the log-probability divided by {@code
 *     length^lengthPenalty}
 * @param tokenIds the tokens that the model said, by their ids in its T5's vocabulary, without the
 *     start token. The last is the end token, unless the caption broke off at {@link
 *     Decoding#maxNewTokens()}. {@code logProbability} is theirs, and the length in {@code score}
 *     their number
 * @param unreadTextTokens how many tokens of the {@linkplain CaptionInput#withText text beside the
 *     picture} the model did not read, because there were more than it takes: it read the text from
 *     its beginning. 0 if it read all, or if there was none
 * @param confidence how far the caption is to be trusted, 0 to 1: the probability that it is right,
 *     as pictures that people described tell it. NaN if nothing is known of that: the model was not
 *     calibrated, text stood beside the picture, or this is not the best of the picture's captions.
 *     {@link Captioner} says how it comes about
 * @param unsure whether the picture lies farther from its caption than all but a few of those
 *     pictures did (one in twenty, unless the model was calibrated to another share): it is likely
 *     to be of a kind that the model does not know, and the caption a guess. False where the
 *     confidence is NaN
 */
public record Caption(
    String text,
    double logProbability,
    double score,
    List<Integer> tokenIds,
    int unreadTextTokens,
    double confidence,
    boolean unsure) {
  /** Copies the list. */
  public Caption {
    tokenIds = List.copyOf(tokenIds);
  }

  /** The same caption, of which it is known how far it is to be trusted. */
  Caption trusted(double howFar, boolean isUnsure) {
    return new Caption(text, logProbability, score, tokenIds, unreadTextTokens, howFar, isUnsure);
  }
}
