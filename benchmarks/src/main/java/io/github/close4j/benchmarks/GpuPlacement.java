package io.github.close4j.benchmarks;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.OnnxExport;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.session.NodePlacement;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What of a captioning graph runs where, and what its nodes copy between the two memories, by ONNX
 * Runtime's profile of one run. The list of operators goes to a text file beside the results.
 */
@Command(name = "gpu-placement", description = "Counts what runs where and what is copied.")
public final class GpuPlacement implements Callable<Integer> {
  @Mixin private GpuOptions options = new GpuOptions();

  /** Made by picocli. */
  GpuPlacement() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@link GpuOptions}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new GpuPlacement()).execute(arguments));
  }

  /**
   * Result of a batch size and a way of decoding.
   *
   * @param precision in what precision
   * @param copyNodesInLoop nodes in the loop's body that copy
   * @param copyNodesOutside nodes outside it that copy
   * @param largestCopyInLoop bytes of the largest copy of a step
   * @param largestCopyOutside bytes of the largest copy before or after the loop
   * @param cacheOfOneLayer bytes of one layer's keys after half of the steps
   * @param notOnGpu what computes and is not on the GPU
   */
  private record Result(
      String precision,
      long copyNodesInLoop,
      long copyNodesOutside,
      long largestCopyInLoop,
      long largestCopyOutside,
      long cacheOfOneLayer,
      List<String> notOnGpu) {}

  @Override
  public Integer call() throws IOException, OrtException {
    ResultLines lines = new ResultLines(options.out);
    for (GpuOptions.FixedLength way : options.decodings) {
      for (int batch : options.batches) {
        if (!lines.has(way, batch)) {
          lines.add(way, batch, profile(way, batch));
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private Result profile(GpuOptions.FixedLength way, int batch) throws IOException, OrtException {
    Path results = options.out.toAbsolutePath().resolveSibling("");
    Path folder = Files.createTempDirectory(results, "graphs");
    try {
      Path graph = folder.resolve("captioner.onnx");
      OnnxExport.of(options.model, options.precision)
          .pictureCaptioner(graph, false, way.decoding());
      Path profile;
      try (OrtSession session = PlainSession.open(graph, options.where, folder.resolve("profile"));
          ExportedInputs inputs = new ExportedInputs()) {
        ModelFolder model = ModelFolder.open(options.model);
        int edge = model.config().preprocessing().imageSize();
        PixelFile pixels = PixelFile.open(options.pixels, edge);
        inputs.floats("pixels", pixels.batch(0, batch), batch, 3, edge, edge);
        inputs.decoding(way.decoding());
        session.run(inputs.tensors()).close();
        profile = Path.of(session.endProfiling());
      }
      NodePlacement placement = NodePlacement.read(profile);
      list(placement, results.resolve(listing(way)));
      CopiedBytes copied = CopiedBytes.read(profile);
      return new Result(
          options.precision.name(),
          placement.copyNodes(true),
          placement.copyNodes(false),
          copied.largestInLoop(),
          copied.largestOutside(),
          cacheOfOneLayer(batch, way.decoding()),
          placement.misplaced(NodePlacement.CUDA));
    } finally {
      GpuStepping.delete(folder);
    }
  }

  private String listing(GpuOptions.FixedLength way) {
    return "placement-%s-%s.txt".formatted(options.precision, way);
  }

  private static void list(NodePlacement placement, Path file) throws IOException {
    try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
      PlacementTable.print(placement, out, GpuOptions.TOKENS);
    }
  }

  private long cacheOfOneLayer(int batch, Decoding decoding) {
    T5Config t5 = ModelFolder.open(options.model).config().t5();
    long bytes = options.precision == Precision.FLOAT16 ? Short.BYTES : Float.BYTES;
    return bytes * batch * decoding.beams() * t5.inner() * GpuOptions.TOKENS / 2;
  }
}
