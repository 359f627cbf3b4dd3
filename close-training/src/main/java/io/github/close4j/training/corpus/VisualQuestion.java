package io.github.close4j.training.corpus;

import java.util.List;

/**
 * A question on a picture and people's answers.
 *
 * @param id the question's number, or its place in the file
 * @param imageId the picture's number in COCO
 * @param imageTexts descriptions of the picture, at least one: its captions, or the explanation
 * @param question the question
 * @param answers people's answers, each as often as it was given, at least one
 */
public record VisualQuestion(
    String id, String imageId, List<String> imageTexts, String question, List<String> answers) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if a list is empty
   */
  public VisualQuestion {
    imageTexts = List.copyOf(imageTexts);
    answers = List.copyOf(answers);
    if (imageTexts.isEmpty() || answers.isEmpty()) {
      throw new IllegalArgumentException(
          "question %s: expected at least one text and one answer, found %d and %d"
              .formatted(id, imageTexts.size(), answers.size()));
    }
  }
}
