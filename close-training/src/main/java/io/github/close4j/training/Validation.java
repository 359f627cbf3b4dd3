package io.github.close4j.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Held-out text that a run is judged on after each epoch, without dropout, its vectors adapted as
 * for evaluation on text ({@link io.github.close4j.adapter.ModalityAdapter#adaptForEvaluation}).
 *
 * @param examples the held-out examples
 * @param vectors where their vectors come from
 * @param shown how many examples the network speaks about for the listener, 0 or more; the first
 *     ones
 * @param evaluator scores what the network says of every example, or null for the loss alone
 * @param bestBy the score that the best epoch has the highest of, or null for the lowest loss
 */
public record Validation(
    List<TrainingExample> examples,
    TrainingVectors vectors,
    int shown,
    @Nullable TextEvaluator evaluator,
    @Nullable String bestBy) {

  /**
   * Copies the list.
   *
   * @param examples see the record
   * @param vectors see the record
   * @param shown see the record
   * @param evaluator see the record
   * @param bestBy see the record
   * @throws IllegalArgumentException if there is no example, {@code shown} is negative, or {@code
   *     bestBy} is given without an evaluator
   */
  public Validation {
    examples = List.copyOf(examples);
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("validation: expected at least one example, found none");
    }
    if (shown < 0) {
      throw new IllegalArgumentException("shown: expected 0 or more, found " + shown);
    }
    if (bestBy != null && evaluator == null) {
      throw new IllegalArgumentException(
          "bestBy: expected an evaluator that gives '%s', found none".formatted(bestBy));
    }
  }

  /**
   * Validation by the loss alone.
   *
   * @param examples the held-out examples
   * @param vectors where their vectors come from
   * @param shown how many examples the network speaks about for the listener
   * @return the validation
   * @throws IllegalArgumentException if there is no example or {@code shown} is negative
   */
  public static Validation byLoss(
      List<TrainingExample> examples, TrainingVectors vectors, int shown) {
    return new Validation(examples, vectors, shown, null, null);
  }
}
