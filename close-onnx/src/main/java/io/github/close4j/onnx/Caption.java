package io.github.close4j.onnx;

/**
 * A caption, answer or label.
 *
 * @param text the text
 * @param logProbability natural logarithm of the probability that the model gives it, end token
 *     included: at most 0
 * @param score what hypotheses were compared by: the log-probability itself, or under a {@linkplain
 *     Decoding#lengthNormalized length penalty} the log-probability divided by {@code
 *     length^lengthPenalty}
 */
public record Caption(String text, double logProbability, double score) {}
