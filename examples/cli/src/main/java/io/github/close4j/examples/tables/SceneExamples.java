package io.github.close4j.examples.tables;

import io.github.close4j.training.TrainingExample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Training examples and the scene that each is about.
 *
 * @param examples the examples, of text alone
 * @param scenes number of each example's scene in its corpus; only training on images looks at it
 */
record SceneExamples(List<TrainingExample> examples, List<Integer> scenes) {

  static SceneExamples empty() {
    return new SceneExamples(new ArrayList<>(), new ArrayList<>());
  }

  void add(int scene, List<TrainingExample> ofScene) {
    examples.addAll(ofScene);
    scenes.addAll(Collections.nCopies(ofScene.size(), scene));
  }
}
