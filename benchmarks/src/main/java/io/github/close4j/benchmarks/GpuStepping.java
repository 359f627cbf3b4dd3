package io.github.close4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.graph.OnnxExport;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Decoding in the graph beside the same decoder stepped from Java: the same exported file, the same
 * operators, from CLIP vectors in Java's memory to token ids there.
 */
@Command(name = "gpu-stepping", description = "Measures the loop in the graph and from Java.")
public final class GpuStepping implements Callable<Integer> {
  @Mixin private GpuOptions options = new GpuOptions();

  /** Made by picocli. */
  GpuStepping() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@link GpuOptions}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new GpuStepping()).execute(arguments));
  }

  /**
   * Result of a batch size and a way of decoding.
   *
   * @param precision in what precision
   * @param inGraph all steps in one call
   * @param stepped a call a step
   * @param megabytesCopied what the steps read from Java's memory and write to it, all of them
   *     together
   * @param sameIds captions that are the same
   * @param failed why there is no result, else null
   */
  private record Result(
      String precision,
      @Nullable Latency inGraph,
      @Nullable Latency stepped,
      double megabytesCopied,
      int sameIds,
      @Nullable String failed) {}

  @Override
  public Integer call() throws IOException, OrtException {
    ResultLines lines = new ResultLines(options.out);
    for (GpuOptions.FixedLength way : options.decodings) {
      Path folder = Files.createTempDirectory(options.out.toAbsolutePath().getParent(), "graphs");
      try {
        Path graph = folder.resolve("captioner.onnx");
        OnnxExport.of(options.model, options.precision)
            .vectorCaptioner(graph, false, way.decoding());
        try (OrtSession inGraph = PlainSession.open(graph, options.where, null);
            SteppedDecoder stepped = SteppedDecoder.open(graph, options.where)) {
          for (int batch : options.batches) {
            if (!lines.has(way, batch)) {
              lines.add(way, batch, measure(inGraph, stepped, batch, way.decoding()));
            }
          }
        }
      } finally {
        delete(folder);
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private Result measure(OrtSession inGraph, SteppedDecoder stepped, int batch, Decoding decoding) {
    int dimension = ModelFolder.open(options.model).config().clip().projectionDim();
    try (ExportedInputs exported = new ExportedInputs()) {
      float[] vectors = new BenchmarkData(dimension).unitRows(batch).values();
      exported.floats("vectors", vectors, batch, dimension);
      exported.decoding(decoding);
      Map<String, OnnxTensor> inputs = exported.tensors();
      long[] expected = ids(inGraph.run(inputs));
      long[] found = ids(stepped.run(inputs, GpuOptions.TOKENS));
      return new Result(
          options.precision.name(),
          measured(() -> inGraph.run(inputs)),
          measured(() -> stepped.run(inputs, GpuOptions.TOKENS)),
          stepped.megabytesCopied(),
          same(expected, found, batch),
          null);
    } catch (OrtException | IllegalStateException e) {
      return new Result(options.precision.name(), null, null, 0, 0, e.toString());
    }
  }

  /** A run of ONNX Runtime. */
  private interface Run {
    OrtSession.Result run() throws OrtException;
  }

  private Latency measured(Run run) {
    return Latency.measure(
        options.rounds,
        options.seconds,
        round ->
            () -> {
              try {
                ids(run.run());
              } catch (OrtException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /** Reads and closes a result. */
  private static long[] ids(OrtSession.Result result) {
    try (result) {
      OnnxTensor tokens = (OnnxTensor) result.get("tokens").orElseThrow();
      long[] ids = new long[(int) tokens.getInfo().getNumElements()];
      tokens.getLongBuffer().get(ids);
      return ids;
    }
  }

  private static int same(long[] expected, long[] found, int batch) {
    int length = expected.length / batch;
    int same = 0;
    for (int i = 0; i < batch && found.length == expected.length; i++) {
      int end = (i + 1) * length;
      same += Arrays.equals(expected, i * length, end, found, i * length, end) ? 1 : 0;
    }
    return same;
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
