package io.github.close4j.examples.tables;

import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.training.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The paper's tables in small: every row is a model that is trained and judged in a JVM of its own
 * and whose result is kept, so that a study that was stopped goes on where it was.
 */
public final class TableStudy {
  private static final double SECONDS_AN_HOUR = 3600;

  private final StudyWorld world;
  private final StudyFiles files;
  private final StudyData data;
  private final int seeds;
  private final Results results;

  /** A study of a world. */
  TableStudy(StudyWorld world, Path workingDirectory, int seeds) {
    requirePositive("seeds", seeds);
    this.world = world;
    this.files = StudyFiles.of(workingDirectory, world);
    this.data = new StudyData(world, files);
    this.seeds = seeds;
    this.results = new Results(world, files::result, seeds);
  }

  /**
   * A study of scenes, over the small CLIP of a working directory.
   *
   * @param workingDirectory has CLIP's files; vectors and results are kept there
   * @param settings how much to train and judge on
   * @param seeds how often each row is trained, with seeds 1, 2, …
   * @return the study
   * @throws IllegalArgumentException if {@code seeds} is less than 1
   * @throws java.io.UncheckedIOException if the working directory cannot be used
   */
  public static TableStudy ofScenes(Path workingDirectory, StudySettings settings, int seeds) {
    return new TableStudy(new SceneWorld(workingDirectory, settings), workingDirectory, seeds);
  }

  /**
   * A study of photographs.
   *
   * @param clip a folder with a CLIP in Hugging Face's layout
   * @param photographs the captions and pictures
   * @param workingDirectory where vectors and results are kept; made if it is missing
   * @param settings how much to train and judge on
   * @param seeds how often each row is trained, with seeds 1, 2, …
   * @return the study
   * @throws IllegalArgumentException if {@code seeds} is less than 1, or a file is missing
   * @throws io.github.close4j.UnusableFileException if the CLIP cannot be used
   * @throws java.io.UncheckedIOException if the working directory cannot be used
   */
  public static TableStudy ofPhotographs(
      Path clip,
      PhotographFiles photographs,
      Path workingDirectory,
      StudySettings settings,
      int seeds) {
    return new TableStudy(
        new PhotographWorld(ClipCheckpoint.open(clip), photographs, settings),
        workingDirectory,
        seeds);
  }

  /**
   * The parts that the study has.
   *
   * @return at least captioning with single captions
   */
  public Set<StudyPart> parts() {
    return world.tasks().keySet();
  }

  /**
   * Where and how rows run.
   *
   * @param program the class whose {@code main} calls {@link #runRow}
   * @param arguments the command line for a row of a given name
   * @param atOnce how many run beside each other
   */
  public record Jobs(Class<?> program, Function<String, List<String>> arguments, int atOnce) {

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if {@code atOnce} is less than 1
     */
    public Jobs {
      requirePositive("rows at once", atOnce);
    }
  }

  /**
   * Trains and judges all rows that are not finished: part after part with the first seed, as later
   * parts take the σ that earlier ones find, then all parts with the other seeds.
   *
   * @param parts the parts to run, of {@link #parts}
   * @param jobs where and how to run them
   * @param listener told of the preparation
   * @param progress told a line whenever something is finished
   * @throws InterruptedException if this thread is interrupted
   * @throws IllegalStateException if a row fails
   */
  public void run(
      Set<StudyPart> parts, Jobs jobs, TrainingListener listener, Consumer<String> progress)
      throws InterruptedException {
    List<StudyPart> inOrder = Stream.of(StudyPart.values()).filter(parts::contains).toList();
    for (StudyPart part : inOrder) {
      run(part.rows(StudyPart.FIRST_SEED, results).stream(), jobs, listener, progress);
    }
    run(
        LongStream.rangeClosed(StudyPart.FIRST_SEED + 1, seeds)
            .boxed()
            .flatMap(seed -> inOrder.stream().flatMap(part -> part.rows(seed, results).stream())),
        jobs,
        listener,
        progress);
  }

  private void run(
      Stream<StudyRow> rows, Jobs jobs, TrainingListener listener, Consumer<String> progress)
      throws InterruptedException {
    List<StudyRow> missing = rows.distinct().filter(row -> results.of(row).isEmpty()).toList();
    data.prepare(missing, listener);
    new RowProcesses(jobs.program(), jobs.atOnce())
        .run(training(missing, jobs), name -> progress.accept(describe(missing, name)));
  }

  private static void requirePositive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(what + ": expected at least 1, found " + number);
    }
  }

  private List<RowProcesses.Job> training(List<StudyRow> rows, Jobs jobs) {
    rows.forEach(files::ask);
    return rows.stream()
        .map(StudyRow::name)
        .map(name -> new RowProcesses.Job(name, jobs.arguments().apply(name), files.log(name)))
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
   * Trains and judges one row, as a process of its own is started for.
   *
   * @param name the row's name
   * @param listener told how the training goes
   */
  public void runRow(String name, TrainingListener listener) {
    new RowRun(files.asked(name), world, files, data, listener).run();
  }

  /**
   * Prints the tables of what is finished, as Markdown.
   *
   * @param parts the parts to print
   * @param lines gets the text line by line
   */
  public void print(Set<StudyPart> parts, Consumer<String> lines) {
    world.notes().forEach(lines);
    new StudyTables(results, lines).print(parts, files.gap());
    List<RowResult> finished = files.results();
    double seconds = finished.stream().mapToDouble(RowResult::processorSeconds).sum();
    lines.accept("");
    lines.accept(
        String.format(
            Locale.ROOT,
            "%d models, %.1f hours of processor time.",
            finished.size(),
            seconds / SECONDS_AN_HOUR));
  }
}
