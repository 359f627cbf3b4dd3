package io.github.close4j.examples.tables;

import java.util.ArrayList;
import java.util.List;

/** The parts of the study, the most telling first; each knows its rows. */
public enum StudyPart {
  /** The noise levels and images, for captioning with single captions. */
  CAPTIONING_SINGLE {
    @Override
    List<StudyRow> rows(long seed, Results results) {
      return noiseAndImages(StudyTask.CAPTIONING_SINGLE, NOISE_CURVE, seed);
    }
  },
  /** No noise, σ 0.08, tuned σ and images, for captioning with all other captions as targets. */
  CAPTIONING_MULTIPLE {
    @Override
    List<StudyRow> rows(long seed, Results results) {
      return tuned(StudyTask.CAPTIONING_MULTIPLE, seed, results);
    }
  },
  /** No noise, σ 0.08, tuned σ and images, for entailment. */
  ENTAILMENT {
    @Override
    List<StudyRow> rows(long seed, Results results) {
      return tuned(StudyTask.ENTAILMENT, seed, results);
    }
  },
  /** No noise, σ 0.08, tuned σ and images, for question answering. */
  QUESTIONS {
    @Override
    List<StudyRow> rows(long seed, Results results) {
      return tuned(StudyTask.QUESTIONS, seed, results);
    }
  },
  /** Shifts of the text vectors. */
  SHIFTS {
    @Override
    List<StudyRow> rows(long seed, Results results) {
      double noise = results.tunedNoise(StudyTask.CAPTIONING_SINGLE);
      List<RowAdapter> adapters = new ArrayList<>();
      adapters.add(RowAdapter.meanShift(1, noise));
      adapters.add(RowAdapter.meanShift(-1, noise));
      RANDOM_SHIFTS.forEach(length -> adapters.add(RowAdapter.randomShift(length, noise)));
      return captioning(adapters, seed);
    }
  },
  /** Covariance and linear adapters. */
  ADAPTERS {
    @Override
    List<StudyRow> rows(long seed, Results results) {
      double noise = results.tunedNoise(StudyTask.CAPTIONING_SINGLE);
      List<RowAdapter> adapters = new ArrayList<>();
      for (SceneSet pairs : PAIRS) {
        adapters.add(RowAdapter.covariance(pairs));
        adapters.add(RowAdapter.linear(pairs, noise));
      }
      return captioning(adapters, seed);
    }
  },
  /** T5 of three sizes. */
  SIZES {
    @Override
    List<StudyRow> rows(long seed, Results results) {
      StudyRow base = tunedRow(StudyTask.CAPTIONING_SINGLE, seed, results);
      return List.of(base.withSize(T5Size.SMALL), base, base.withSize(T5Size.LARGE));
    }
  },
  /** Two styles. */
  STYLES {
    @Override
    List<StudyRow> rows(long seed, Results results) {
      double noise = results.tunedNoise(StudyTask.CAPTIONING_SINGLE);
      return List.of(
          tunedRow(StudyTask.CAPTIONING_SINGLE, seed, results),
          StudyRow.ofText(StudyTask.CHEERFUL, RowAdapter.noise(noise), seed),
          StudyRow.ofText(StudyTask.TELEGRAM, RowAdapter.noise(noise), seed));
    }
  };

  /** The seed whose rows σ is chosen on. */
  static final long FIRST_SEED = 1;

  /** The paper's own fixed level. */
  static final double FIXED_NOISE = 0.08;

  static final List<Double> NOISE_CURVE = List.of(0.0, 0.02, 0.04, FIXED_NOISE, 0.12);
  static final List<Double> NOISE_CHOICE = List.of(0.0, 0.02, 0.04, FIXED_NOISE);
  static final List<Double> RANDOM_SHIFTS = List.of(0.2, 0.5, 1.0, 2.0);
  static final List<SceneSet> PAIRS = List.of(SceneSet.HELD_OUT_PAIRS, SceneSet.OTHER_PAIRS);

  /**
   * The rows of a seed; parts share some of them. Those of later parts depend on σ, which earlier
   * parts find.
   */
  abstract List<StudyRow> rows(long seed, Results results);

  /** The noise levels that σ is chosen from. */
  static List<Double> noiseLevels(StudyTask task) {
    return task == StudyTask.CAPTIONING_SINGLE ? NOISE_CURVE : NOISE_CHOICE;
  }

  static StudyRow tunedRow(StudyTask task, long seed, Results results) {
    return StudyRow.ofText(task, RowAdapter.noise(results.tunedNoise(task)), seed);
  }

  private static List<StudyRow> captioning(List<RowAdapter> adapters, long seed) {
    return adapters.stream()
        .map(adapter -> StudyRow.ofText(StudyTask.CAPTIONING_SINGLE, adapter, seed))
        .toList();
  }

  private static List<StudyRow> tuned(StudyTask task, long seed, Results results) {
    List<Double> levels =
        seed == FIRST_SEED
            ? NOISE_CHOICE
            : List.of(0.0, FIXED_NOISE, results.tunedNoise(task)).stream().distinct().toList();
    return noiseAndImages(task, levels, seed);
  }

  private static List<StudyRow> noiseAndImages(StudyTask task, List<Double> levels, long seed) {
    List<StudyRow> rows = new ArrayList<>();
    for (double level : levels) {
      rows.add(StudyRow.ofText(task, RowAdapter.noise(level), seed));
    }
    rows.add(StudyRow.ofImages(task, seed));
    return rows;
  }
}
