package io.github.close4j.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.onnx.internal.model.Require;
import io.github.close4j.onnx.internal.model.T5Config;
import org.jspecify.annotations.Nullable;

/**
 * How captions are decoded.
 *
 * <p>Decoding runs inside the graph, all steps in one call of ONNX Runtime: there is no moment
 * between two tokens at which an application could be told of the first. So there is no stream of
 * tokens; a run can be {@linkplain io.github.close4j.onnx.Cancellation cancelled}.
 *
 * @param beams hypotheses kept at a step; 1 decodes greedily or samples
 * @param maxNewTokens longest caption in tokens, end token included
 * @param rule how hypotheses are compared; without effect for one beam
 * @param lengthPenalty exponent of the length under {@link BeamRule#LENGTH_NORMALIZED}; without
 *     effect under the other rule
 * @param minNewTokens fewest tokens before the end token (Hugging Face: {@code min_new_tokens})
 * @param noRepeatNgram length of n-grams that must not occur twice in a caption, the start token
 *     counted (Hugging Face: {@code no_repeat_ngram_size}); 0 allows all
 * @param sampling draws tokens at random, with one beam; null chooses the most probable
 */
@CheckReturnValue
public record Decoding(
    int beams,
    int maxNewTokens,
    BeamRule rule,
    float lengthPenalty,
    int minNewTokens,
    int noRepeatNgram,
    @Nullable Sampling sampling) {
  private static final int DEFAULT_MAX_NEW_TOKENS = 32;
  private static final int MAX_BEAMS = 64;
  private static final int MAX_TOKENS = 4096;
  private static final int MAX_NGRAM = 16;

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
   * @param minNewTokens see the record
   * @param noRepeatNgram see the record
   * @param sampling see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public Decoding {
    Require.between("beams", 1, MAX_BEAMS, beams);
    Require.between("maxNewTokens", 1, MAX_TOKENS, maxNewTokens);
    Require.present("rule", rule);
    if (!Float.isFinite(lengthPenalty)) {
      throw new IllegalArgumentException(
          "lengthPenalty: expected a finite number, found " + lengthPenalty);
    }
    Require.between("minNewTokens", 0, MAX_TOKENS, minNewTokens);
    Require.between("noRepeatNgram", 0, MAX_NGRAM, noRepeatNgram);
    if (sampling != null) {
      Require.between("beams, when sampling", 1, 1, beams);
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
    return new Decoding(beams, DEFAULT_MAX_NEW_TOKENS, BeamRule.SUMMED, 1f, 0, 0, null);
  }

  /**
   * A token drawn at random at every step, at most 32.
   *
   * @param sampling how it is drawn
   * @return sampling
   */
  public static Decoding sample(Sampling sampling) {
    return new Decoding(1, DEFAULT_MAX_NEW_TOKENS, BeamRule.SUMMED, 1f, 0, 0, sampling);
  }

  /**
   * The same decoding with another longest caption.
   *
   * @param tokens longest caption in tokens, end token included, 1 to 4096
   * @return a new value
   * @throws IllegalArgumentException if {@code tokens} is out of range
   */
  public Decoding maxNewTokens(int tokens) {
    return new Decoding(beams, tokens, rule, lengthPenalty, minNewTokens, noRepeatNgram, sampling);
  }

  /**
   * The same decoding under Hugging Face's rule.
   *
   * @param penalty exponent of the length (Hugging Face: 1)
   * @return a new value
   * @throws IllegalArgumentException if {@code penalty} is not finite
   */
  public Decoding lengthNormalized(float penalty) {
    return new Decoding(
        beams,
        maxNewTokens,
        BeamRule.LENGTH_NORMALIZED,
        penalty,
        minNewTokens,
        noRepeatNgram,
        sampling);
  }

  /**
   * The same decoding with another shortest caption.
   *
   * @param tokens fewest tokens before the end token, 0 to 4096
   * @return a new value
   * @throws IllegalArgumentException if {@code tokens} is out of range
   */
  public Decoding minNewTokens(int tokens) {
    return new Decoding(beams, maxNewTokens, rule, lengthPenalty, tokens, noRepeatNgram, sampling);
  }

  /**
   * The same decoding without repetition.
   *
   * @param length length of n-grams that must not occur twice, 0 to 16; 0 allows all
   * @return a new value
   * @throws IllegalArgumentException if {@code length} is out of range
   */
  public Decoding noRepeatNgram(int length) {
    return new Decoding(beams, maxNewTokens, rule, lengthPenalty, minNewTokens, length, sampling);
  }

  /**
   * What the graph of this decoding depends on: two decodings of equal structure run in the same
   * graph. All that is a mere number there is set to a fixed value.
   *
   * @return a decoding of the same structure
   */
  public Decoding structure() {
    boolean normalizes = beams > 1 && rule == BeamRule.LENGTH_NORMALIZED;
    return new Decoding(
        beams,
        1,
        normalizes ? rule : BeamRule.SUMMED,
        1f,
        Math.min(minNewTokens, 1),
        noRepeatNgram,
        sampling == null ? null : Sampling.seeded(0));
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
