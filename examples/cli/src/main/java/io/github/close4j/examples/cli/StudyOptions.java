package io.github.close4j.examples.cli;

import io.github.close4j.examples.tables.StudyPart;
import io.github.close4j.examples.tables.TableStudy;
import io.github.close4j.training.TrainingListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a study of the paper's tables runs, on whatever world. */
final class StudyOptions {
  private static final int STEPS_A_LOG_LINE = 50;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--working-directory",
      required = true,
      paramLabel = "DIR",
      description = "Where vectors and results are kept.")
  private Path workingDirectory;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Parts to run: ${COMPLETION-CANDIDATES} (default: all that the world has).")
  private @Nullable List<StudyPart> only;

  @Option(
      names = "--seeds",
      defaultValue = "3",
      description = "Trainings of each row (default: ${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--rows-at-once",
      defaultValue = "2",
      description = "Rows trained beside each other, one thread each (default: ${DEFAULT-VALUE}).")
  private int rowsAtOnce;

  @Option(
      names = "--rehearsal",
      description = "Runs every step at a size that says nothing, in minutes.")
  private boolean rehearsal;

  @Option(names = "--print-only", description = "Prints what is finished and trains nothing.")
  private boolean printOnly;

  @Option(names = "--row", hidden = true, description = "Trains and judges this row alone.")
  private @Nullable String row;

  Path workingDirectory() {
    return workingDirectory;
  }

  int seeds() {
    return seeds;
  }

  boolean rehearsal() {
    return rehearsal;
  }

  /** Whether rows are trained, and not only printed. */
  boolean trains() {
    return !printOnly;
  }

  /** Whether this process is to train one row alone. */
  boolean isOfRow() {
    return row != null;
  }

  /** Trains and judges the one row. */
  void runRow(TableStudy study) {
    if (row != null) {
      study.runRow(row, this::log);
    }
  }

  /**
   * Trains what is missing of the parts that were asked for, and prints them.
   *
   * @param study the study
   * @param command the command line of this study, without the options here
   */
  void run(TableStudy study, List<String> command) throws InterruptedException {
    run(study, parts(study), command);
  }

  /** The same of one part, if it was asked for. */
  void run(TableStudy study, StudyPart part, List<String> command) throws InterruptedException {
    if (parts(study).contains(part)) {
      run(study, Set.of(part), command);
    }
  }

  private void run(TableStudy study, Set<StudyPart> parts, List<String> command)
      throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (trains()) {
      try (ConsoleProgress progress = new ConsoleProgress()) {
        study.run(
            parts,
            new TableStudy.Jobs(Main.class, name -> rowArguments(command, name), rowsAtOnce),
            progress,
            err::println);
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    study.print(parts, out::println);
    out.flush();
  }

  private Set<StudyPart> parts(TableStudy study) {
    if (only == null) {
      return study.parts();
    }
    if (!study.parts().containsAll(only)) {
      throw new ParameterException(
          spec.commandLine(),
          "--only: expected some of %s, found %s".formatted(study.parts(), only));
    }
    return EnumSet.copyOf(only);
  }

  /** A row's output is a log that nobody looks at while it is written. */
  private void log(TrainingListener.Step step) {
    if (step.step() % STEPS_A_LOG_LINE == 0 || step.step() == step.totalSteps()) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT, "step %d of %d, loss %.4f%n", step.step(), step.totalSteps(), step.loss());
      out.flush();
    }
  }

  private List<String> rowArguments(List<String> command, String name) {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--working-directory", workingDirectory.toString(), "--row", name));
    if (rehearsal) {
      arguments.add("--rehearsal");
    }
    return arguments;
  }
}
