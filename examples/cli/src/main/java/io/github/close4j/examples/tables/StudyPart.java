package io.github.close4j.examples.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The parts of a study, the most telling first; each knows the rows of its tasks. */
public enum StudyPart {
  /** The noise levels and images, for captioning with single captions. */
  CAPTIONING_SINGLE {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      return withImages(noise(task, task.noiseLevels(), seed), task, seed);
    }
  },
  /** No noise, σ 0.08, tuned σ and images, for captioning with all other captions as targets. */
  CAPTIONING_MULTIPLE {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      return withImages(tuned(task, seed, results), task, seed);
    }
  },
  /** No noise, σ 0.08, tuned σ and images, for entailment. */
  ENTAILMENT {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      return withImages(tuned(task, seed, results), task, seed);
    }
  },
  /** No noise, σ 0.08, tuned σ and images, for question answering. */
  QUESTIONS {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      return withImages(tuned(task, seed, results), task, seed);
    }
  },
  /** No noise, σ 0.08 and tuned σ, for captioning by text of several corpora. */
  DOMAINS {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      return tuned(task, seed, results);
    }
  },
  /** Shifts of the text vectors. */
  SHIFTS {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      double noise = results.tunedNoise(task);
      List<RowAdapter> adapters = new ArrayList<>();
      adapters.add(RowAdapter.meanShift(1, noise));
      adapters.add(RowAdapter.meanShift(-1, noise));
      RANDOM_SHIFTS.forEach(length -> adapters.add(RowAdapter.randomShift(length, noise)));
      return adapted(task, adapters, seed);
    }
  },
  /** Covariance and linear adapters. */
  ADAPTERS {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      double noise = results.tunedNoise(task);
      List<RowAdapter> adapters = new ArrayList<>();
      for (PictureSet pairs : PAIRS) {
        adapters.add(RowAdapter.covariance(pairs));
        adapters.add(RowAdapter.linear(pairs, noise));
      }
      return adapted(task, adapters, seed);
    }
  },
  /** T5 of three sizes. */
  SIZES {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      StudyRow row = tunedRow(task, seed, results);
      return Stream.of(T5Size.values()).map(row::withSize).toList();
    }
  },
  /** Captions in several styles, with the σ of captioning. */
  STYLES {
    @Override
    List<StudyRow> rows(StudyTask task, long seed, Results results) {
      return List.of(styledRow(task, seed, results));
    }
  };

  /** The seed whose rows σ is chosen on. */
  static final long FIRST_SEED = 1;

  static final List<Double> RANDOM_SHIFTS = List.of(0.2, 0.5, 1.0, 2.0);
  static final List<PictureSet> PAIRS = List.of(PictureSet.HELD_OUT_PAIRS, PictureSet.OTHER_PAIRS);

  /**
   * The rows of a task and a seed; parts share some of them. Those of later parts depend on σ,
   * which earlier parts find.
   */
  abstract List<StudyRow> rows(StudyTask task, long seed, Results results);

  /** The rows of all tasks that this part has. */
  List<StudyRow> rows(long seed, Results results) {
    return results.world().tasks(this).stream()
        .flatMap(task -> rows(task, seed, results).stream())
        .toList();
  }

  static StudyRow tunedRow(StudyTask task, long seed, Results results) {
    return StudyRow.ofText(task, RowAdapter.noise(results.tunedNoise(task)), seed);
  }

  static StudyRow styledRow(StudyTask task, long seed, Results results) {
    double noise = results.tunedNoise(results.world().captioning());
    return StudyRow.ofText(task, RowAdapter.noise(noise), seed);
  }

  /** All levels with the first seed; with the others those that tables have. */
  private static List<StudyRow> tuned(StudyTask task, long seed, Results results) {
    return noise(
        task,
        seed == FIRST_SEED
            ? task.noiseLevels()
            : Stream.of(0.0, StudySettings.FIXED_NOISE, results.tunedNoise(task))
                .distinct()
                .toList(),
        seed);
  }

  private static List<StudyRow> noise(StudyTask task, List<Double> levels, long seed) {
    return adapted(task, levels.stream().map(RowAdapter::noise).toList(), seed);
  }

  private static List<StudyRow> adapted(StudyTask task, List<RowAdapter> adapters, long seed) {
    return adapters.stream().map(adapter -> StudyRow.ofText(task, adapter, seed)).toList();
  }

  private static List<StudyRow> withImages(List<StudyRow> rows, StudyTask task, long seed) {
    return Stream.concat(rows.stream(), Stream.of(StudyRow.ofImages(task, seed))).toList();
  }
}
