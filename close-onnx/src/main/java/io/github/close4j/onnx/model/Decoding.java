package io.github.close4j.onnx.model;

import com.google.errorprone.annotations.CheckReturnValue;

/**
 * How captions are decoded.
 *
 * @param beams hypotheses kept at a step; 1 decodes greedily
 * @param maxNewTokens longest caption in tokens, end token included
 * @param rule how hypotheses are compared; without effect for one beam
 * @param lengthPenalty exponent of the length under {@link BeamRule#LENGTH_NORMALIZED}; without
 *     effect under the other rule
 */
@CheckReturnValue
public record Decoding(int beams, int maxNewTokens, BeamRule rule, float lengthPenalty) {
  private static final int DEFAULT_MAX_NEW_TOKENS = 32;

  /** How beam search compares hypotheses. */
  public enum BeamRule {
    /**
     * The reference's: the sum of log-probabilities, end token included. A finished hypothesis
     * keeps its place among the beams; the search ends when all have finished.
     */
    SUMMED,
    /**
     * Hugging Face's ({@code generate} with {@code early_stopping=False}): the sum divided by
     * {@code length^lengthPenalty}; finished hypotheses are set apart, and an item's search ends
     * when no running one can overtake the worst of them.
     */
    LENGTH_NORMALIZED
  }

  /**
   * Checks the numbers.
   *
   * @param beams see the record
   * @param maxNewTokens see the record
   * @param rule see the record
   * @param lengthPenalty see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public Decoding {
    if (beams < 1 || beams > 64) {
      throw new IllegalArgumentException("beams: expected 1 to 64, found " + beams);
    }
    if (maxNewTokens < 1 || maxNewTokens > 4096) {
      throw new IllegalArgumentException("maxNewTokens: expected 1 to 4096, found " + maxNewTokens);
    }
    Require.present("rule", rule);
    if (!Float.isFinite(lengthPenalty)) {
      throw new IllegalArgumentException(
          "lengthPenalty: expected a finite number, found " + lengthPenalty);
    }
  }

  /**
   * The most probable token at every step, at most 32.
   *
   * @return greedy decoding
   */
  public static Decoding greedy() {
    return beam(1);
  }

  /**
   * Beam search as the reference decodes, at most 32 tokens.
   *
   * @param beams hypotheses kept, 1 to 64 (the paper: 5)
   * @return beam search by summed log-probabilities
   * @throws IllegalArgumentException if {@code beams} is out of range
   */
  public static Decoding beam(int beams) {
    return new Decoding(beams, DEFAULT_MAX_NEW_TOKENS, BeamRule.SUMMED, 1f);
  }

  /**
   * The same decoding with another longest caption.
   *
   * @param tokens longest caption in tokens, end token included, 1 to 4096
   * @return a new value
   * @throws IllegalArgumentException if {@code tokens} is out of range
   */
  public Decoding maxNewTokens(int tokens) {
    return new Decoding(beams, tokens, rule, lengthPenalty);
  }

  /**
   * The same decoding under Hugging Face's rule.
   *
   * @param penalty exponent of the length (Hugging Face: 1)
   * @return a new value
   * @throws IllegalArgumentException if {@code penalty} is not finite
   */
  public Decoding lengthNormalized(float penalty) {
    return new Decoding(beams, maxNewTokens, BeamRule.LENGTH_NORMALIZED, penalty);
  }

  /**
   * Checks that a model's vocabulary is large enough: a search takes as many tokens from it as it
   * has beams, twice as many under {@link BeamRule#LENGTH_NORMALIZED}.
   *
   * @param t5 the model
   * @throws IllegalArgumentException if the vocabulary is too small
   */
  public void requireFits(T5Config t5) {
    int needed = beams > 1 && rule == BeamRule.LENGTH_NORMALIZED ? 2 * beams : beams;
    if (needed > t5.vocabularySize()) {
      throw new IllegalArgumentException(
          "beams: %d beams need %d different tokens, found a vocabulary of %d"
              .formatted(beams, needed, t5.vocabularySize()));
    }
  }
}
