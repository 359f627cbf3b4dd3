package io.github.close4j.examples.tables;

import java.util.List;

/**
 * How much a study trains and judges on.
 *
 * @param trainingPictures most pictures whose captions a row is trained on
 * @param multiplePictures most pictures for captioning with all other captions as targets, which
 *     takes four times as long a picture
 * @param otherPictures most pictures of another corpus whose captions are trained on as text
 * @param pairs most pictures that an adapter is fitted on, of each distribution
 * @param validationPictures most pictures that σ is chosen on
 * @param testPictures most pictures that results are reported on
 * @param epochs passes over a row's examples
 * @param learningRate AdamW's first learning rate in a row of captions
 * @param noiseCurve the σ of captioning with single captions
 * @param noiseChoice the σ of other tasks
 */
public record StudySettings(
    int trainingPictures,
    int multiplePictures,
    int otherPictures,
    int pairs,
    int validationPictures,
    int testPictures,
    int epochs,
    double learningRate,
    List<Double> noiseCurve,
    List<Double> noiseChoice) {

  /** The paper's own fixed level. */
  static final double FIXED_NOISE = 0.08;

  private static final List<Double> CHOICE = List.of(0.0, 0.02, 0.04, FIXED_NOISE);

  /** The study of scenes in {@code benchmarks/RESULTS.md}. */
  public static final StudySettings SCENES =
      new StudySettings(
          10_000,
          2_500,
          0,
          4_000,
          300,
          1_000,
          3,
          2e-3,
          List.of(0.0, 0.02, 0.04, FIXED_NOISE, 0.12),
          CHOICE);

  /** Every step on scenes at a size that says nothing, to see in minutes that all of them run. */
  public static final StudySettings SCENES_REHEARSAL =
      new StudySettings(60, 60, 0, 400, 20, 20, 1, 2e-3, SCENES.noiseCurve(), SCENES.noiseChoice());

  /** The study of photographs in {@code benchmarks/RESULTS.md}. */
  public static final StudySettings PHOTOGRAPHS =
      new StudySettings(
          6_000,
          1_500,
          6_000,
          1_000,
          500,
          500,
          5,
          2e-3,
          List.of(0.0, 0.02, 0.04, 0.06, FIXED_NOISE, 0.12),
          List.of(0.0, 0.04, FIXED_NOISE, 0.12));

  /** Every step on photographs at a size that says nothing. */
  public static final StudySettings PHOTOGRAPHS_REHEARSAL =
      new StudySettings(
          60, 60, 60, 400, 20, 20, 1, 2e-3, List.of(0.0, FIXED_NOISE), List.of(0.0, FIXED_NOISE));

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if a list lacks no noise or the paper's fixed one, which every
   *     table has
   */
  public StudySettings {
    noiseCurve = List.copyOf(noiseCurve);
    noiseChoice = List.copyOf(noiseChoice);
    for (List<Double> levels : List.of(noiseCurve, noiseChoice)) {
      if (!levels.containsAll(List.of(0.0, FIXED_NOISE))) {
        throw new IllegalArgumentException(
            "noise levels: expected 0 and %s among them, found %s".formatted(FIXED_NOISE, levels));
      }
    }
  }
}
