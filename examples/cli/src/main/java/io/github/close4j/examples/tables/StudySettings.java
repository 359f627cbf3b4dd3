package io.github.close4j.examples.tables;

/**
 * How much a study trains and judges on.
 *
 * @param trainingScenes scenes whose captions a row is trained on
 * @param multipleScenes scenes for captioning with all other captions as targets, which takes four
 *     times as long a scene
 * @param pairs pairs that an adapter is fitted on
 * @param validationScenes scenes that σ is chosen on
 * @param testScenes scenes that results are reported on
 * @param epochs passes over a row's examples
 * @param learningRate AdamW's first learning rate in a row
 */
public record StudySettings(
    int trainingScenes,
    int multipleScenes,
    int pairs,
    int validationScenes,
    int testScenes,
    int epochs,
    double learningRate) {

  /** The study of the tables in {@code benchmarks/RESULTS.md}. */
  public static final StudySettings FULL =
      new StudySettings(10_000, 2_500, 4_000, 300, 1_000, 3, 2e-3);

  /** Every step at a size that says nothing, to see in minutes that all of them run. */
  public static final StudySettings REHEARSAL = new StudySettings(60, 60, 400, 20, 20, 1, 2e-3);
}
