package io.github.close4j.examples.tables;

import io.github.close4j.training.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The paper's tables in small: every row is a model that is trained and judged in a JVM of its own
 * and whose result is kept, so that a study that was stopped goes on where it was.
 */
public final class TableStudy {
  private final StudySettings settings;
  private final StudyFiles files;
  private final StudyData data;
  private final int seeds;
  private final Results results;

  /**
   * A study over the small CLIP of a working directory.
   *
   * @param workingDirectory has CLIP's files; vectors and results are kept there
   * @param settings how much to train and judge on
   * @param seeds how often each row is trained, with seeds 1, 2, …
   * @throws IllegalArgumentException if {@code seeds} is less than 1
   * @throws java.io.UncheckedIOException if the working directory cannot be used
   */
  public TableStudy(Path workingDirectory, StudySettings settings, int seeds) {
    requirePositive("seeds", seeds);
    this.settings = settings;
    this.files = StudyFiles.of(workingDirectory, settings);
    this.data = new StudyData(files, settings);
    this.seeds = seeds;
    this.results = new Results(files::result, seeds);
  }

  /**
   * Where and how jobs run.
   *
   * @param program the class whose {@code main} runs a job
   * @param arguments the command line of a job of a given kind and name
   * @param atOnce how many run beside each other
   */
  public record Jobs(
      Class<?> program, BiFunction<JobKind, String, List<String>> arguments, int atOnce) {

    /**
     * Checks the number.
     *
     * @param program see the record
     * @param arguments see the record
     * @param atOnce see the record
     * @throws IllegalArgumentException if {@code atOnce} is less than 1
     */
    public Jobs {
      requirePositive("rows at once", atOnce);
    }
  }

  /** What a process of its own does. */
  public enum JobKind {
    /** Trains the T5 that rows of a size start from; its name is the size. */
    PRETRAINING,
    /** Trains and judges a row; its name is the row's. */
    ROW
  }

  /**
   * Trains and judges all rows that are not finished: all parts with the first seed, then with the
   * next.
   *
   * @param parts the parts of the study
   * @param jobs where and how to run them
   * @param listener told of the preparation
   * @param progress told a line whenever something is finished
   * @throws InterruptedException if this thread is interrupted
   * @throws IllegalStateException if a row fails
   */
  public void run(
      Set<StudyPart> parts, Jobs jobs, TrainingListener listener, Consumer<String> progress)
      throws InterruptedException {
    data.prepare(listener);
    RowProcesses processes = new RowProcesses(jobs.program(), jobs.atOnce());
    for (long seed = StudyPart.FIRST_SEED; seed <= seeds; seed++) {
      for (StudyPart part : StudyPart.values()) {
        if (parts.contains(part)) {
          List<StudyRow> missing =
              part.rows(seed, results).stream().filter(row -> results.of(row).isEmpty()).toList();
          processes.run(pretraining(missing, jobs), name -> progress.accept(name + " is trained"));
          processes.run(training(missing, jobs), name -> progress.accept(describe(missing, name)));
        }
      }
    }
  }

  private static void requirePositive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(what + ": expected at least 1, found " + number);
    }
  }

  /** The T5s that rows start from and that are not trained yet. */
  private List<RowProcesses.Job> pretraining(List<StudyRow> rows, Jobs jobs) {
    List<RowProcesses.Job> missing = new ArrayList<>();
    for (T5Size size : rows.stream().map(StudyRow::size).distinct().toList()) {
      String name = Pretraining.job(size);
      if (!Files.exists(files.model(name))) {
        missing.add(
            new RowProcesses.Job(
                name, jobs.arguments().apply(JobKind.PRETRAINING, size.name()), files.log(name)));
      }
    }
    return missing;
  }

  private List<RowProcesses.Job> training(List<StudyRow> rows, Jobs jobs) {
    rows.forEach(files::ask);
    return rows.stream()
        .map(StudyRow::name)
        .map(
            name ->
                new RowProcesses.Job(
                    name, jobs.arguments().apply(JobKind.ROW, name), files.log(name)))
        .toList();
  }

  private String describe(List<StudyRow> rows, String name) {
    Optional<RowResult> result =
        rows.stream().filter(row -> row.name().equals(name)).findFirst().flatMap(results::of);
    return result
        .map(
            r ->
                String.format(
                    Locale.ROOT,
                    "%s: %.1f, %.0f s of processor time",
                    name,
                    r.score(),
                    r.processorSeconds()))
        .orElse(name);
  }

  /**
   * Does what a process of its own was started for.
   *
   * @param kind what to do
   * @param name its name, as {@link JobKind} says
   * @param listener told how the training goes
   */
  public void runJob(JobKind kind, String name, TrainingListener listener) {
    switch (kind) {
      case PRETRAINING -> Pretraining.run(T5Size.valueOf(name), files, settings, data, listener);
      case ROW -> new RowRun(files.asked(name), settings, files, data, listener).run();
    }
  }

  /**
   * Prints the tables of what is finished, as Markdown.
   *
   * @param parts the parts to print
   * @param lines gets the text line by line
   */
  public void print(Set<StudyPart> parts, Consumer<String> lines) {
    StudyTables tables = new StudyTables(results, lines);
    for (StudyPart part : StudyPart.values()) {
      if (parts.contains(part)) {
        tables.print(part);
      }
    }
  }
}
