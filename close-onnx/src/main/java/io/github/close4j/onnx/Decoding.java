package io.github.close4j.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.Nullable;

/**
 * How captions are decoded: greedily, by beam search, or by drawing tokens at random.
 *
 * <p>Decoding runs inside the graph, all steps in one call of ONNX Runtime: there is no moment
 * between two tokens at which an application could be told of the first. So there is no stream of
 * tokens; a run can be {@linkplain Cancellation cancelled}.
 *
 * <p><b>Beam search</b> compares hypotheses in one of two ways. Without a length penalty as the
 * reference does: by the sum of log-probabilities, end token included; a finished hypothesis keeps
 * its place among the beams, and the search ends when all have finished. With one as Hugging Face's
 * {@code generate} does with {@code early_stopping=False}: by the sum divided by {@code
 * length^lengthPenalty}; finished hypotheses are set apart, and an item's search ends when no
 * running one can overtake the worst of them.
 *
 * <p><b>Sampling</b> draws as {@code generate} does with {@code do_sample=True}: logits are divided
 * by the temperature, cut to the {@code topK} likeliest tokens, then to the fewest of these whose
 * probabilities sum to {@code topP}. All inputs of a call see the same random numbers, so that a
 * caption depends on its input and the seed alone, not on what is captioned with it. Several
 * captions of one picture come from several seeds.
 *
 * @param beams hypotheses kept at a step, 1 to 64; 1 decodes greedily or samples
 * @param maxNewTokens longest caption in tokens, end token included, 1 to 4096
 * @param lengthPenalty exponent of the length in beam search; null compares plain sums
 * @param minNewTokens fewest tokens before the end token, 0 to 4096 (Hugging Face: {@code
 *     min_new_tokens})
 * @param noRepeatNgram length of n-grams that must not occur twice in a caption, the start token
 *     counted, 0 to 16 (Hugging Face: {@code no_repeat_ngram_size}); 0 allows all
 * @param temperature divides the logits when sampling; below 1 the likely becomes likelier. Finite,
 *     above 0
 * @param topK most tokens to draw from; 0 for all
 * @param topP probability that the tokens to draw from must reach, above 0 to 1
 * @param seed of the random numbers; null does not sample
 */
@CheckReturnValue
public record Decoding(
    int beams,
    int maxNewTokens,
    @Nullable Float lengthPenalty,
    int minNewTokens,
    int noRepeatNgram,
    float temperature,
    int topK,
    float topP,
    @Nullable Long seed) {
  private static final int DEFAULT_MAX_NEW_TOKENS = 32;
  private static final int MAX_BEAMS = 64;
  private static final int MAX_TOKENS = 4096;
  private static final int MAX_NGRAM = 16;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range, if a decoding of several beams
   *     samples, or if one that does not sample has a temperature, topK or topP
   */
  public Decoding {
    requireBetween("beams", 1, MAX_BEAMS, beams);
    requireBetween("maxNewTokens", 1, MAX_TOKENS, maxNewTokens);
    if (lengthPenalty != null && !Float.isFinite(lengthPenalty)) {
      throw new IllegalArgumentException(
          "lengthPenalty: expected a finite number, found " + lengthPenalty);
    }
    requireBetween("minNewTokens", 0, MAX_TOKENS, minNewTokens);
    requireBetween("noRepeatNgram", 0, MAX_NGRAM, noRepeatNgram);
    if (!(temperature > 0) || Float.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature: expected a finite number above 0, found " + temperature);
    }
    requireBetween("topK", 0, Integer.MAX_VALUE, topK);
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP: expected above 0 to 1, found " + topP);
    }
    if (seed != null) {
      requireBetween("beams, when sampling", 1, 1, beams);
    } else if (temperature != 1 || topK != 0 || topP != 1) {
      throw new IllegalArgumentException(
          "temperature, topK, topP: expected a decoding that samples, found one without a seed");
    }
  }

  private static void requireBetween(String what, int least, int most, int found) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          "%s: expected %d to %d, found %d".formatted(what, least, most, found));
    }
  }

  /** The most probable token at every step, at most 32 tokens. */
  public static Decoding greedy() {
    return beam(1);
  }

  /**
   * Beam search as the reference decodes, by summed log-probabilities, at most 32 tokens.
   *
   * @param beams hypotheses kept, 1 to 64 (the paper: 5)
   * @throws IllegalArgumentException if {@code beams} is out of range
   */
  public static Decoding beam(int beams) {
    return new Decoding(beams, DEFAULT_MAX_NEW_TOKENS, null, 0, 0, 1, 0, 1, null);
  }

  /**
   * A token drawn from the model's own distribution at every step, at most 32 tokens.
   *
   * @param seed of the random numbers
   */
  public static Decoding sample(long seed) {
    return new Decoding(1, DEFAULT_MAX_NEW_TOKENS, null, 0, 0, 1, 0, 1, seed);
  }

  /**
   * The same decoding with another longest caption.
   *
   * @param tokens longest caption in tokens, end token included, 1 to 4096
   * @throws IllegalArgumentException if {@code tokens} is out of range
   */
  public Decoding maxNewTokens(int tokens) {
    return new Decoding(
        beams, tokens, lengthPenalty, minNewTokens, noRepeatNgram, temperature, topK, topP, seed);
  }

  /**
   * The same decoding under Hugging Face's rule of beam search.
   *
   * @param penalty exponent of the length (Hugging Face: 1)
   * @throws IllegalArgumentException if {@code penalty} is not finite
   */
  public Decoding lengthNormalized(float penalty) {
    return new Decoding(
        beams, maxNewTokens, penalty, minNewTokens, noRepeatNgram, temperature, topK, topP, seed);
  }

  /**
   * The same decoding with another shortest caption.
   *
   * @param tokens fewest tokens before the end token, 0 to 4096
   * @throws IllegalArgumentException if {@code tokens} is out of range
   */
  public Decoding minNewTokens(int tokens) {
    return new Decoding(
        beams, maxNewTokens, lengthPenalty, tokens, noRepeatNgram, temperature, topK, topP, seed);
  }

  /**
   * The same decoding without repetition.
   *
   * @param length length of n-grams that must not occur twice, 0 to 16; 0 allows all
   * @throws IllegalArgumentException if {@code length} is out of range
   */
  public Decoding noRepeatNgram(int length) {
    return new Decoding(
        beams, maxNewTokens, lengthPenalty, minNewTokens, length, temperature, topK, topP, seed);
  }

  /**
   * The same sampling with another temperature.
   *
   * @param value divides the logits, above 0
   * @throws IllegalArgumentException if {@code value} is out of range, or this does not sample
   */
  public Decoding temperature(float value) {
    return new Decoding(
        beams, maxNewTokens, lengthPenalty, minNewTokens, noRepeatNgram, value, topK, topP, seed);
  }

  /**
   * The same sampling from the likeliest tokens alone.
   *
   * @param tokens most tokens to draw from; 0 for all
   * @throws IllegalArgumentException if {@code tokens < 0}, or this does not sample
   */
  public Decoding topK(int tokens) {
    return new Decoding(
        beams,
        maxNewTokens,
        lengthPenalty,
        minNewTokens,
        noRepeatNgram,
        temperature,
        tokens,
        topP,
        seed);
  }

  /**
   * The same sampling from the fewest tokens that reach a probability.
   *
   * @param probability above 0 to 1
   * @throws IllegalArgumentException if {@code probability} is out of range, or this does not
   *     sample
   */
  public Decoding topP(float probability) {
    return new Decoding(
        beams,
        maxNewTokens,
        lengthPenalty,
        minNewTokens,
        noRepeatNgram,
        temperature,
        topK,
        probability,
        seed);
  }

  /** Whether hypotheses are compared by {@code sum / length^lengthPenalty}. */
  public boolean isLengthNormalized() {
    return beams > 1 && lengthPenalty != null;
  }

  /**
   * What the graph of this decoding depends on: two decodings of equal structure run in the same
   * graph. All that is a mere number there is set to a fixed value.
   */
  Decoding structure() {
    return new Decoding(
        beams,
        1,
        isLengthNormalized() ? 1f : null,
        Math.min(minNewTokens, 1),
        noRepeatNgram,
        1,
        0,
        1,
        seed == null ? null : 0L);
  }
}
