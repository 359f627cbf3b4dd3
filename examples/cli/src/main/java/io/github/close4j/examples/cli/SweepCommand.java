package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.NoiseSweep;
import io.github.close4j.examples.run.SweepResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains with several noise levels and seeds, and reports which level gives the best --metric "
            + "on the pictures of --evaluation. Do not choose by the test pictures.%n"
            + "The other options are those of train. Start an interrupted sweep again: finished runs "
            + "are kept, and others continue.")
final class SweepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunOptions options;

  @Option(
      names = "--noise-levels",
      required = true,
      split = ",",
      paramLabel = "SIGMA",
      description = "Standard deviations to try, instead of --noise.")
  private List<Double> noiseStdDevs;

  @Option(
      names = "--seeds",
      split = ",",
      defaultValue = "1,2,3",
      paramLabel = "SEED",
      description = "Seeds to try with each level, instead of --seed (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder for models, runs, sweep.md and sweep.html.")
  private Path output;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    NoiseSweep sweep = new NoiseSweep(options.description(output), noiseStdDevs, seeds, output);
    try (ConsoleProgress progress = new ConsoleProgress()) {
      SweepResult result = sweep.run(progress, err::println);
      PrintWriter out = spec.commandLine().getOut();
      result.table(seeds).forEach(out::println);
      out.println();
      out.println(result.conclusion());
    }
    err.println("report: " + output.resolve("sweep.html"));
    return 0;
  }
}
