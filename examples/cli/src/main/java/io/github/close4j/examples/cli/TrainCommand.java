package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.RecordedTraining;
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
    description = {
      "Trains a captioner, answerer or judge on text alone, never on a picture.",
      "CLIP, tokenizers and the T5 to start from are those of --model, or of --clip and --t5.",
      "Beside the model, in a folder of its name and .run: run.json, which repeats the run,",
      "log.jsonl, TensorBoard's events, checkpoints and report.html."
    })
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunSource source;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to make; must not exist.")
  private Path output;

  @Option(
      names = "--resume",
      description = "Go on with the run of this --output from its newest checkpoint.")
  private boolean resume;

  @Option(
      names = "--vectors",
      paramLabel = "DIR",
      description = "Where CLIP's vectors are kept (default: .close-vectors beside --output).")
  private @Nullable Path vectors;

  @Override
  public Integer call() {
    Path cache =
        vectors != null ? vectors : output.toAbsolutePath().resolveSibling(".close-vectors");
    RecordedTraining training =
        new RecordedTraining(run(), output, cache, spec.commandLine().getErr()::println);
    try (ConsoleProgress progress = new ConsoleProgress()) {
      if (resume) {
        training.resume(progress);
      } else {
        training.start(progress);
      }
    }
    Path folder = RecordedTraining.folder(output);
    spec.commandLine().getErr().println("model: " + output);
    spec.commandLine().getErr().println("report: " + folder.resolve(RecordedTraining.REPORT));
    return 0;
  }

  private RunDescription run() {
    if (!resume) {
      return source.description(output.toAbsolutePath().getParent());
    }
    source.refuseOthers("--resume");
    return RunFile.read(RecordedTraining.folder(output).resolve(RecordedTraining.RUN_FILE));
  }
}
