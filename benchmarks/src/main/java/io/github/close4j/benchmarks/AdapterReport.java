package io.github.close4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
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
      names = "--smoke",
      description =
          "One short measurement of a small batch: shows that all runs, measures nothing.")
  private boolean smoke;

  @Option(names = "--threads", description = "Threads of the adapters; 1 is comparable to PyTorch.")
  private int threads = 1;

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
    Collection<RunResult> results = new Runner(options().build()).run();
    List<String> lines = new ArrayList<>();
    lines.add("# Adapters");
    lines.add("");
    lines.add(
        "JDK %s, %s, %s, %d thread(s). Times are microseconds a batch with JMH's 99.9%% interval."
            .formatted(
                System.getProperty("java.version"),
                vector ? "`" + VECTOR_MODULE + "`" : "no flag",
                HEAP,
                threads));
    if (smoke) {
      lines.add("");
      lines.add("**A smoke run: these numbers mean nothing.**");
    }
    lines.add("");
    lines.addAll(AdapterTable.of(results).lines());
    Files.write(output, lines);
    return CommandLine.ExitCode.OK;
  }

  private ChainedOptionsBuilder options() {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(AdapterBenchmark.class.getName())
            .include(TorchAdapterBenchmark.class.getName())
            .include(ScalarAdapterBenchmark.class.getName())
            .include(MachineLimitBenchmark.class.getName())
            .addProfiler(GCProfiler.class)
            .threads(threads)
            .shouldFailOnError(true)
            .jvmArgsAppend(HEAP);
    if (vector) {
      options.jvmArgsAppend(HEAP, VECTOR_MODULE);
    }
    return smoke
        ? options
            .param("dimension", "512")
            .param("rows", "1")
            .forks(1)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(20))
        : options
            .forks(3)
            .warmupIterations(5)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1));
  }
}
