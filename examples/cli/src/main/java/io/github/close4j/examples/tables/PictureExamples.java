package io.github.close4j.examples.tables;

import io.github.close4j.training.TrainingExample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Training examples and the picture that each is about.
 *
 * @param examples the examples, of text alone
 * @param pictures number of each example's picture in {@link PictureSet#TRAINING}; only training on
 *     images looks at it. Shorter than the examples if those at the end are of text without a
 *     picture, on which no image model can be trained
 */
record PictureExamples(List<TrainingExample> examples, List<Integer> pictures) {

  static PictureExamples empty() {
    return new PictureExamples(new ArrayList<>(), new ArrayList<>());
  }

  void add(int picture, List<TrainingExample> ofPicture) {
    examples.addAll(ofPicture);
    pictures.addAll(Collections.nCopies(ofPicture.size(), picture));
  }

  /** Adds examples of which there is no picture, behind all that have one. */
  void addText(List<TrainingExample> ofText) {
    examples.addAll(ofText);
  }
}
