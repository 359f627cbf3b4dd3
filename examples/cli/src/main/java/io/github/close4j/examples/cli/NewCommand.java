package io.github.close4j.examples.cli;

import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.pretrained.ModelImport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "new",
    aliases = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a model directory to start from: a copy of a built-in model,",
      "or a CLIP and a T5 with a random prefix between them, which says nothing of sense",
      "before it is trained."
    })
final class NewCommand implements Callable<Integer> {
  private static final String BUILT_IN = "--built-in";

  @Spec private CommandSpec spec;

  @ArgGroup(exclusive = false)
  private @Nullable Pretrained pretrained;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to make; must not exist.")
  private Path output;

  @Option(
      names = BUILT_IN,
      paramLabel = "NAME",
      defaultValue = "photographs",
      description = "Which to copy: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BuiltInModel builtIn;

  /** What to put together; without it a built-in model is copied. */
  static final class Pretrained {
    @Option(
        names = "--clip",
        required = true,
        paramLabel = "DIR",
        converter = PretrainedFolder.Clip.class,
        description =
            "A CLIP: a folder, or its name on the Hugging Face hub if it is in the cache.")
    private Path clip;

    @Option(
        names = "--t5",
        required = true,
        paramLabel = "DIR",
        converter = PretrainedFolder.T5.class,
        description = "A T5, likewise.")
    private Path t5;

    @Option(
        names = "--seed",
        defaultValue = "1",
        description = "Seed of the prefix's random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;
  }

  @Override
  public Integer call() {
    if (pretrained == null) {
      builtIn.copyTo(output);
      tell("next: close caption --model " + output + " PICTURE");
    } else if (spec.commandLine().getParseResult().hasMatchedOption(BUILT_IN)) {
      throw new ParameterException(
          spec.commandLine(), "expected " + BUILT_IN + ", or --clip and --t5, found both");
    } else {
      ModelImport.untrained(pretrained.clip, pretrained.t5, pretrained.seed, output);
      tell("next: close train --model " + output + " --captions FILE --output DIR");
    }
    return 0;
  }

  private void tell(String next) {
    spec.commandLine().getErr().println("model: " + output);
    spec.commandLine().getErr().println(next);
  }
}
