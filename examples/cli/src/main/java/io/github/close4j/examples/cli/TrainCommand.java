package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.Run;
import io.github.close4j.examples.run.RunDescription;
import io.github.close4j.examples.run.RunFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a model that captions pictures, answers questions about them or judges claims about "
            + "them. It learns from text alone, and starts from --model, or from --clip and --t5. "
            + "Without these it starts from the built-in model of photographs.%n"
            + "A folder next to the model, named OUTPUT.run, keeps run.json, which repeats the run, "
            + "log.jsonl, TensorBoard's event files, checkpoints and report.html.")
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunOptions options;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to make; it must not exist yet.")
  private Path output;

  @Option(
      names = "--resume",
      description = "Continue the run of this --output from its newest checkpoint.")
  private boolean resume;

  @Option(
      names = "--vectors",
      paramLabel = "DIR",
      description = "Where to keep CLIP's vectors (default: .close-vectors next to --output).")
  private @Nullable Path vectors;

  @Override
  public Integer call() {
    Path cache =
        vectors != null ? vectors : output.toAbsolutePath().resolveSibling(".close-vectors");
    Run run = new Run(description(), output, cache, spec.commandLine().getErr()::println);
    try (ConsoleProgress progress = new ConsoleProgress()) {
      if (resume) {
        run.resume(progress);
      } else {
        run.start(progress);
      }
    }
    Path folder = Run.folder(output);
    spec.commandLine().getErr().println("model: " + output);
    spec.commandLine().getErr().println("report: " + folder.resolve(Run.REPORT));
    return 0;
  }

  private RunDescription description() {
    if (!resume) {
      return options.description(output.toAbsolutePath().resolveSibling(""));
    }
    options.refuseOthers("--resume");
    return RunFile.read(Run.folder(output).resolve(Run.RUN_FILE));
  }
}
