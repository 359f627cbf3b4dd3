package io.github.close4j.examples.tables;

import io.github.close4j.examples.scenes.Layout;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.SceneEvaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The sets of scenes that the study draws; no two share a scene. */
enum SceneSet {
  /** What text models read and image models look at. */
  TRAINING(Split.TRAIN, 17),
  /** What σ is chosen on. */
  VALIDATION(Split.VALIDATION, SceneEvaluation.VALIDATION_SEED),
  /** What results are reported on. */
  TEST(Split.TEST, SceneEvaluation.TEST_SEED),
  /**
   * Pairs that adapters are fitted on: as the test's, of combinations that neither CLIP nor T5 was
   * trained on.
   */
  HELD_OUT_PAIRS(Split.VALIDATION, 999),
  /** Pairs of another distribution: no scene of two different objects, so nothing of relations. */
  OTHER_PAIRS(Split.TRAIN, 999);

  private final Split split;
  private final long seed;

  SceneSet(Split split, long seed) {
    this.split = split;
    this.seed = seed;
  }

  long seed() {
    return seed;
  }

  int size(StudySettings settings) {
    return switch (this) {
      case TRAINING -> settings.trainingScenes();
      case VALIDATION -> settings.validationScenes();
      case TEST -> settings.testScenes();
      case HELD_OUT_PAIRS, OTHER_PAIRS -> settings.pairs();
    };
  }

  SceneCorpus draw(StudySettings settings) {
    int size = size(settings);
    return this == OTHER_PAIRS ? withoutRelations(size) : SceneCorpus.draw(split, size, seed);
  }

  /** Half of the scenes that the generator draws show two different objects. */
  private SceneCorpus withoutRelations(int size) {
    SceneCorpus all = SceneCorpus.draw(split, 3 * size, seed);
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < all.scenes().size() && kept.size() < size; i++) {
      if (all.scenes().get(i).layout() != Layout.RELATION) {
        kept.add(i);
      }
    }
    return new SceneCorpus(
        kept.stream().map(all.scenes()::get).toList(),
        kept.stream().map(all.captions()::get).toList());
  }

  /** A constant's name as files have it. */
  static String fileWord(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
