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
    description = {
      "Trains with several noises and seeds and tells which noise does best by --metric on the",
      "pictures of --evaluation, which should not be the test's. All other options are train's.",
      "Finished runs are kept, one that was cut off goes on: start the same sweep again."
    })
final class SweepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunSource source;

  @Option(
      names = "--noise-levels",
      required = true,
      split = ",",
      paramLabel = "SIGMA",
      description = "Standard deviations to try, in place of --noise.")
  private List<Double> noiseStdDevs;

  @Option(
      names = "--seeds",
      split = ",",
      defaultValue = "1,2,3",
      paramLabel = "SEED",
      description = "Seeds of each, in place of --seed (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Where models, runs, sweep.md and sweep.html go.")
  private Path output;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    NoiseSweep sweep = new NoiseSweep(source.description(output), noiseStdDevs, seeds, output);
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
