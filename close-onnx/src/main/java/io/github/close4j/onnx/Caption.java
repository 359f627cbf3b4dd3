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
 */
public record Caption(
    String text,
    double logProbability,
    double score,
    List<Integer> tokenIds,
    int unreadTextTokens) {
  /** Copies the list. */
  public Caption {
    tokenIds = List.copyOf(tokenIds);
  }
}
