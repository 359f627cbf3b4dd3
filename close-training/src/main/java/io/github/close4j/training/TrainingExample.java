package io.github.close4j.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One example of a task, made of text alone.
 *
 * @param clipTexts what CLIP reads in place of a picture; several are averaged, before the
 *     normalisation
 * @param text what T5 reads beside the vector (question, hypothesis), or null
 * @param targets what T5 is to say; each counts in the loss
 */
public record TrainingExample(List<String> clipTexts, @Nullable String text, List<String> targets) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if a list is empty
   */
  public TrainingExample {
    clipTexts = List.copyOf(clipTexts);
    targets = List.copyOf(targets);
    if (clipTexts.isEmpty() || targets.isEmpty()) {
      throw new IllegalArgumentException(
          "expected at least one text for CLIP and one target, found %d and %d"
              .formatted(clipTexts.size(), targets.size()));
    }
  }
}
