package io.github.close4j.examples.scenes;

import java.util.SortedSet;
import java.util.SplittableRandom;

/**
 * A hypothesis on a scene and how it stands to the scene, as in SNLI-VE.
 *
 * <p>Half of the hypotheses speak of what a picture shows ("there is a red thing"); they are
 * entailed or contradicted. Half claim of the objects what no picture shows ("the star is heavy");
 * they are neutral, or contradicted because the scene has no such object. In each half every other
 * one is contradicted, by a colour, a shape or a number that the scene lacks. So who does not see
 * the picture is right in half of the cases.
 *
 * @param hypothesis the claim
 * @param label {@code entailment}, {@code neutral} or {@code contradiction}
 */
public record SceneEntailment(String hypothesis, String label) {
  /** The label of what is true. */
  public static final String ENTAILMENT = "entailment";

  /** The label of what nobody can tell. */
  public static final String NEUTRAL = "neutral";

  /** The label of what is false. */
  public static final String CONTRADICTION = "contradiction";

  /**
   * Draws a hypothesis.
   *
   * @param scene the scene
   * @param random draws label and words; equal states give equal hypotheses
   * @return the hypothesis
   */
  public static SceneEntailment draw(Scene scene, SplittableRandom random) {
    boolean seen = random.nextBoolean();
    boolean contradicts = random.nextBoolean();
    SceneClaim claim =
        seen
            ? SceneClaim.seen(scene, !contradicts, random)
            : SceneClaim.unseen(scene, !contradicts, random);
    String label = contradicts ? CONTRADICTION : seen ? ENTAILMENT : NEUTRAL;
    return new SceneEntailment(claim.statement(), label);
  }

  /**
   * Returns the words of hypotheses and labels that captions do not have.
   *
   * @return the words, sorted
   */
  public static SortedSet<String> vocabulary() {
    SortedSet<String> words = SceneClaim.vocabulary();
    words.add(ENTAILMENT);
    words.add(NEUTRAL);
    words.add(CONTRADICTION);
    return words;
  }
}
