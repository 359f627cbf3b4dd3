package io.github.close4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the adapters, PyTorch, plain loops and the machine in one run, and writes a table. */
@Command(
    name = "adapter-report",
    mixinStandardHelpOptions = true,
    description = "Measures the adapters beside PyTorch and plain loops; writes a Markdown table.")
public final class AdapterReport implements Callable<Integer> {
  private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
  private static final String HEAP = "-Xmx2g";

  @Parameters(paramLabel = "TABLE.md", description = "The file to write.")
  private Path output = Path.of("adapters.md");

  @Option(names = "--vector", description = "Start with " + VECTOR_MODULE + ".")
  private boolean vector;

  @Option(
      names = "--plan",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}. See adapters.sh.")
  private MeasurementPlan plan = MeasurementPlan.FULL;

  /** Made by picocli. */
  AdapterReport() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new AdapterReport()).execute(arguments));
  }

  @Override
  public Integer call() throws RunnerException, IOException {
    List<RunResult> results = new ArrayList<>(new Runner(all().build()).run());
    int threads = Runtime.getRuntime().availableProcessors();
    if (plan.withAllThreads() && threads > 1) {
      results.addAll(new Runner(onThreads(threads).build()).run());
    }
    List<String> lines = new ArrayList<>();
    lines.add("# Adapters");
    lines.add("");
    lines.add(
        "JDK %s, %s, %s; JMH, %s. Times are microseconds a batch with the 99.9%% interval."
            .formatted(
                System.getProperty("java.version"),
                vector ? "`" + VECTOR_MODULE + "`" : "no flag",
                HEAP,
                plan.settings()));
    if (plan == MeasurementPlan.SMOKE) {
      lines.add("");
      lines.add("**A smoke run: these numbers mean nothing.**");
    }
    lines.add("");
    lines.addAll(AdapterTable.of(results).lines());
    Files.write(output, lines);
    return CommandLine.ExitCode.OK;
  }

  /** Everything, on one thread. */
  private ChainedOptionsBuilder all() {
    return onThreads(1)
        .include(TorchAdapterBenchmark.class.getName())
        .include(ScalarAdapterBenchmark.class.getName())
        .include(MachineLimitBenchmark.class.getName());
  }

  /** This library's adapters. */
  private ChainedOptionsBuilder onThreads(int threads) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            // Other classes' names end alike.
            .include("[.]" + AdapterBenchmark.class.getSimpleName() + "[.]")
            .addProfiler(GCProfiler.class)
            .threads(threads)
            .shouldFailOnError(true)
            .jvmArgsAppend(HEAP);
    if (vector) {
      options.jvmArgsAppend(HEAP, VECTOR_MODULE);
    }
    return plan.applyTo(options);
  }
}
