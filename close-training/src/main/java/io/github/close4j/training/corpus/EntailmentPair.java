package io.github.close4j.training.corpus;

import org.jspecify.annotations.Nullable;

/**
 * A premise, what is claimed of it, and whether it follows.
 *
 * @param id the pair's name in the corpus, or null
 * @param image the file of the picture that the premise describes, or null
 * @param premise a description; CLIP reads it in place of a picture
 * @param hypothesis the claim
 * @param label {@code entailment}, {@code neutral} or {@code contradiction}
 */
public record EntailmentPair(
    @Nullable String id, @Nullable String image, String premise, String hypothesis, String label) {

  /** A pair of which nothing but its texts is known. */
  public EntailmentPair(String premise, String hypothesis, String label) {
    this(null, null, premise, hypothesis, label);
  }
}
