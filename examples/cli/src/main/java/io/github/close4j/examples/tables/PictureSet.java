package io.github.close4j.examples.tables;

import java.util.Locale;

/** The sets of pictures of a study; see {@link StudyWorld#pictures} for what may be in several. */
enum PictureSet {
  /** What text models read the captions of and image models look at. */
  TRAINING,
  /** What σ is chosen on. */
  VALIDATION,
  /** What results are reported on: nothing is trained, fitted or chosen on it. */
  TEST,
  /** Pairs that adapters are fitted on: as the test's, and such as CLIP was not trained on. */
  HELD_OUT_PAIRS,
  /** Pairs of another distribution. */
  OTHER_PAIRS;

  /** A constant's name as files have it. */
  static String fileWord(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A constant's name as tables have it. */
  static String title(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
