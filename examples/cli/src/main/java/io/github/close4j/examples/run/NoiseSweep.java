package io.github.close4j.examples.run;

import io.github.close4j.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One run for each of several noises and seeds, to choose the noise by what the models say of
 * pictures that are not the test's (CLOSE, section 4.1: the noise is a hyper-parameter).
 *
 * <p>Each run has a model directory and a folder in the sweep's; finished ones are not trained
 * again, and one that was cut off goes on from its checkpoint. A finished run's checkpoints, three
 * times as large as its model, are deleted.
 */
public final class NoiseSweep {
  private final RunDescription run;
  private final String metric;
  private final List<Double> noiseStdDevs;
  private final List<Long> seeds;
  private final Path directory;

  /**
   * A sweep that has not begun.
   *
   * @param run what to train, with an evaluation; its own noise and seed do not count
   * @param noiseStdDevs the noises, at least one
   * @param seeds the seeds, at least one
   * @param directory where models and runs go; made if it is missing
   * @throws IllegalArgumentException if the run has no evaluation, there is no noise or no seed, or
   *     one twice
   */
  public NoiseSweep(
      RunDescription run, List<Double> noiseStdDevs, List<Long> seeds, Path directory) {
    RunDescription.Evaluation evaluation = run.evaluation();
    if (evaluation == null) {
      throw new IllegalArgumentException(
          "sweep: expected a run with an evaluation to choose by, found none");
    }
    requireDistinct("noises", noiseStdDevs);
    requireDistinct("seeds", seeds);
    this.run = run;
    this.metric = evaluation.metric();
    this.noiseStdDevs = List.copyOf(noiseStdDevs);
    this.seeds = List.copyOf(seeds);
    this.directory = directory;
  }

  private static void requireDistinct(String what, List<?> values) {
    if (values.isEmpty() || values.stream().distinct().count() != values.size()) {
      throw new IllegalArgumentException(
          "%s: expected at least one and none twice, found %s".formatted(what, values));
    }
  }

  /**
   * Trains and evaluates what is not there yet, and writes {@code sweep.md} and {@code sweep.html}
   * after each run.
   *
   * @param listener told how each training goes
   * @param messages is given a line for each run, and for each malformed record that is skipped
   * @return the scores
   * @throws IllegalArgumentException if a finished run is not the one that is asked for, or the
   *     evaluation has no such metric; otherwise as {@link Run#start}
   * @throws java.io.UncheckedIOException if a file cannot be read or written
   */
  public SweepResult run(TrainingListener listener, Consumer<? super String> messages) {
    List<SweepResult.Row> rows = new ArrayList<>();
    for (double noise : noiseStdDevs) {
      List<Double> scores = new ArrayList<>();
      for (long seed : seeds) {
        String name = name(noise, seed);
        Run training =
            new Run(
                run.withNoise(noise).withSeed(seed),
                directory.resolve(name),
                directory.resolve("vectors"),
                messages);
        boolean kept = training.isFinished();
        if (training.isBegun()) {
          training.resume(listener);
        } else {
          training.start(listener);
        }
        training.deleteCheckpoints();
        scores.add(score(training));
        messages.accept("%s: %.4f%s".formatted(name, score(training), kept ? ", kept" : ""));
        List<SweepResult.Row> soFar = new ArrayList<>(rows);
        soFar.add(new SweepResult.Row(noise, scores));
        write(new SweepResult(metric, soFar));
      }
      rows.add(new SweepResult.Row(noise, scores));
    }
    return new SweepResult(metric, rows);
  }

  private static String name(double noise, long seed) {
    return "noise-%s-seed-%d".formatted(noise, seed);
  }

  private double score(Run training) {
    Double score = training.evaluation().scores().get(metric);
    if (score == null) {
      throw new IllegalArgumentException(
          "metric: expected one of %s, found %s"
              .formatted(training.evaluation().scores().keySet(), metric));
    }
    return score;
  }

  private void write(SweepResult result) {
    result.writeMarkdown(directory.resolve("sweep.md"), seeds);
    double best = result.best().noiseStdDev();
    Run shown =
        new Run(
            run.withNoise(best).withSeed(seeds.get(0)),
            directory.resolve(name(best, seeds.get(0))),
            directory.resolve("vectors"),
            warning -> {});
    result.writeHtml(directory.resolve("sweep.html"), seeds, shown);
  }
}
