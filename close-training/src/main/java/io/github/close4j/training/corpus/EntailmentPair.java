package io.github.close4j.training.corpus;

/**
 * A premise, what is claimed of it, and whether it follows.
 *
 * @param premise a description; CLIP reads it in place of a picture
 * @param hypothesis the claim
 * @param label {@code entailment}, {@code neutral} or {@code contradiction}
 */
public record EntailmentPair(String premise, String hypothesis, String label) {}
