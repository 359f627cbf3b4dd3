package io.github.close4j.examples.cli;

import io.github.close4j.examples.clip.ClipTrainer;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.examples.tables.StudyPart;
import io.github.close4j.examples.tables.StudySettings;
import io.github.close4j.examples.tables.TableStudy;
import io.github.close4j.training.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "tables",
    mixinStandardHelpOptions = true,
    description = {
      "Trains and judges the models of the paper's tables on scenes, and prints the tables.",
      "The paper's numbers stand beside. It takes a few hours; finished rows are kept, and the same "
          + "command goes on where it was stopped. It trains the small CLIP first if the directory "
          + "has none."
    })
final class SceneTablesCommand implements Callable<Integer> {
  private static final int CLIP_STEPS = 5_500;
  private static final int STEPS_A_LOG_LINE = 50;

  @Spec private CommandSpec spec;

  @Option(
      names = "--working-directory",
      required = true,
      paramLabel = "DIR",
      description = "Where CLIP, vectors and results are kept.")
  private Path workingDirectory;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Parts to run: ${COMPLETION-CANDIDATES} (default: all).")
  private List<StudyPart> only = List.of(StudyPart.values());

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

  @Override
  public Integer call() throws IOException, InterruptedException {
    StudySettings settings = rehearsal ? StudySettings.REHEARSAL : StudySettings.FULL;
    if (row != null) {
      new TableStudy(workingDirectory, settings, seeds).runRow(row, this::log);
      return 0;
    }
    Set<StudyPart> parts = EnumSet.copyOf(only);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    TableStudy study;
    try (ConsoleProgress progress = new ConsoleProgress()) {
      trainClipIfAbsent(progress);
      study = new TableStudy(workingDirectory, settings, seeds);
      if (!printOnly) {
        study.run(
            parts,
            new TableStudy.Jobs(Main.class, this::rowArguments, rowsAtOnce),
            progress,
            err::println);
      }
    }
    study.print(parts, out::println);
    out.flush();
    return 0;
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

  private void trainClipIfAbsent(ConsoleProgress progress) throws IOException {
    if (!printOnly && !Files.exists(SceneClip.files(workingDirectory).weights())) {
      SceneClip.train(
          workingDirectory,
          new ClipTrainer.Options(CLIP_STEPS, 256, 1e-3, 0.05, 17),
          step -> progress.showStep(step.step(), CLIP_STEPS, step.loss()));
    }
  }

  private List<String> rowArguments(String name) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "scenes",
                "tables",
                "--working-directory",
                workingDirectory.toString(),
                "--row",
                name));
    if (rehearsal) {
      arguments.add("--rehearsal");
    }
    return arguments;
  }
}
