package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.RunDescription;
import io.github.close4j.examples.run.RunFile;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A run by options or by a file, not by both: what a file says is what is run. */
final class RunSource {
  private static final Set<Class<?>> DESCRIBING =
      Set.of(RunOptions.class, OptimizerOptions.class, ModelOption.class);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private RunOptions options;

  @Option(
      names = "--run",
      paramLabel = "FILE",
      description = "A run file, in place of all options that describe a run.")
  private @Nullable Path file;

  /** The run; a copy of the built-in model goes to the folder if the run starts from it. */
  RunDescription description(Path folder) {
    if (file == null) {
      return options.description(spec.commandLine(), folder);
    }
    refuseOthers("--run");
    return RunFile.read(file);
  }

  /** Refuses options that describe a run, since an earlier run's file does. */
  void refuseOthers(String instead) {
    List<String> found =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .filter(RunSource::describesARun)
            .map(OptionSpec::longestName)
            .toList();
    if (!found.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "expected no option that describes a run beside %s, found %s".formatted(instead, found));
    }
  }

  private static boolean describesARun(OptionSpec option) {
    return option.userObject() instanceof Field field
        && DESCRIBING.contains(field.getDeclaringClass());
  }
}
