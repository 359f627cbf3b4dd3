package io.github.close4j.examples.tables;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;

/** The finished rows of a study and what follows from them. */
final class Results {
  private final StudyWorld world;
  private final Function<StudyRow, Optional<RowResult>> finished;
  private final int seeds;

  /**
   * Results.
   *
   * @param world what the rows are made on
   * @param finished looks a row up
   * @param seeds the study's seeds are 1 to this
   */
  Results(StudyWorld world, Function<StudyRow, Optional<RowResult>> finished, int seeds) {
    this.world = world;
    this.finished = finished;
    this.seeds = seeds;
  }

  StudyWorld world() {
    return world;
  }

  Optional<RowResult> of(StudyRow row) {
    return finished.apply(row);
  }

  /**
   * The σ of the best score on the validation pictures, among the rows of the first seed; the
   * smallest of equals.
   *
   * @throws IllegalStateException if one of them is not finished
   */
  double tunedNoise(StudyTask task) {
    return task.noiseLevels().stream()
        .max(
            Comparator.<Double>comparingDouble(level -> validationScore(task, level))
                .thenComparing(Comparator.reverseOrder()))
        .orElseThrow();
  }

  /** Whether {@link #tunedNoise} can be told yet. */
  boolean isTuned(StudyTask task) {
    return task.noiseLevels().stream().allMatch(level -> of(noisy(task, level)).isPresent());
  }

  private double validationScore(StudyTask task, double level) {
    StudyRow row = noisy(task, level);
    return of(row)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "σ of %s: expected its noise levels to be finished, found no %s; run %s first"
                        .formatted(task.title(), row.name(), task.title())))
        .validationScore();
  }

  private static StudyRow noisy(StudyTask task, double level) {
    return StudyRow.ofText(task, RowAdapter.noise(level), StudyPart.FIRST_SEED);
  }

  /** A score of a row on the test pictures, over all seeds that are finished. */
  Spread test(StudyRow row, String score) {
    List<Double> values =
        LongStream.rangeClosed(1, seeds)
            .mapToObj(seed -> of(row.withSeed(seed)))
            .flatMap(Optional::stream)
            .map(result -> result.test().get(score))
            .filter(Objects::nonNull)
            .toList();
    return new Spread(values);
  }
}
