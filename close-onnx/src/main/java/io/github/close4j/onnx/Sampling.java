package io.github.close4j.onnx;

import io.github.close4j.onnx.internal.model.Require;

/**
 * How tokens are drawn at random, as Hugging Face's {@code generate} does with {@code
 * do_sample=True}: logits are divided by the temperature, cut to the {@code topK} likeliest tokens,
 * then to the fewest of these whose probabilities sum to {@code topP}.
 *
 * <p>All inputs of a call see the same random numbers, so that a caption depends on its input and
 * the seed alone, not on what is captioned with it. Several captions of one picture come from
 * several seeds.
 *
 * @param temperature divides the logits; below 1 the likely becomes likelier. Finite, above 0
 * @param topK most tokens to draw from; 0 for all
 * @param topP probability that the tokens to draw from must reach, above 0 to 1
 * @param seed of the random numbers
 */
public record Sampling(float temperature, int topK, float topP, long seed) {

  /**
   * Checks the numbers.
   *
   * @param temperature see the record
   * @param topK see the record
   * @param topP see the record
   * @param seed see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public Sampling {
    Require.positive("temperature", temperature);
    if (topK < 0) {
      throw new IllegalArgumentException("topK: expected 0 or more, found " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP: expected above 0 to 1, found " + topP);
    }
  }

  /**
   * Draws from the model's own distribution.
   *
   * @param seed of the random numbers
   * @return temperature 1, all tokens
   */
  public static Sampling seeded(long seed) {
    return new Sampling(1, 0, 1, seed);
  }

  /**
   * The same with another temperature.
   *
   * @param value divides the logits, above 0
   * @return a new value
   * @throws IllegalArgumentException if {@code value} is out of range
   */
  public Sampling temperature(float value) {
    return new Sampling(value, topK, topP, seed);
  }

  /**
   * The same from another number of likeliest tokens.
   *
   * @param tokens most tokens to draw from; 0 for all
   * @return a new value
   * @throws IllegalArgumentException if {@code tokens} is out of range
   */
  public Sampling topK(int tokens) {
    return new Sampling(temperature, tokens, topP, seed);
  }

  /**
   * The same from the fewest tokens that reach another probability.
   *
   * @param probability above 0 to 1
   * @return a new value
   * @throws IllegalArgumentException if {@code probability} is out of range
   */
  public Sampling topP(float probability) {
    return new Sampling(temperature, topK, probability, seed);
  }
}
