package io.github.close4j.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes the token ids of all pictures, to be compared with those of others. */
@Command(name = "gpu-ids", description = "Captions all pictures and writes their token ids.")
public final class GpuIds implements Callable<Integer> {
  @Mixin private GpuOptions options = new GpuOptions();

  /** Made by picocli. */
  GpuIds() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@link GpuOptions}; the first of the batch sizes is used
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new GpuIds()).execute(arguments));
  }

  /**
   * Ids of all pictures in their order.
   *
   * @param system who captioned
   * @param precision in what precision
   * @param runtime versions of Java and ONNX Runtime
   * @param ids [N,T]
   */
  private record Result(String system, String precision, String runtime, long[][] ids) {}

  @Override
  public Integer call() throws IOException {
    ModelFolder model = ModelFolder.open(options.model);
    PixelFile pixels = PixelFile.open(options.pixels, model.config().preprocessing().imageSize());
    int batch = options.batches.get(0);
    ResultLines lines = new ResultLines(options.out);
    try (PixelCaptioner captioner =
        PixelCaptioner.open(model, options.device(), options.precision)) {
      for (GpuOptions.FixedLength decoding : options.decodings) {
        if (!lines.has(decoding, batch)) {
          long[][] ids =
              Stream.iterate(0, from -> from < pixels.count(), from -> from + batch)
                  .map(from -> pixels.batch(from, Math.min(batch, pixels.count() - from)))
                  .flatMap(part -> Arrays.stream(captioner.ids(part, decoding.decoding())))
                  .toArray(long[][]::new);
          lines.add(
              decoding,
              batch,
              new Result(
                  "ours, " + options.where.name(), options.precision.name(), runtime(), ids));
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static String runtime() {
    return "Java %s, ONNX Runtime %s"
        .formatted(
            System.getProperty("java.version"), OrtEnvironment.getEnvironment().getVersion());
  }
}
