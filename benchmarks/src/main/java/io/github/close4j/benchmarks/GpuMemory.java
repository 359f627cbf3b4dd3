package io.github.close4j.benchmarks;

import com.google.common.base.CharMatcher;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How much of the GPU's memory a captioner takes, and what is left of that when it is closed. */
@Command(name = "gpu-memory", description = "Measures memory before, while and after captioning.")
public final class GpuMemory implements Callable<Integer> {
  private static final int TIMES = 3;

  @Mixin private GpuOptions options = new GpuOptions();

  /** Made by picocli. */
  GpuMemory() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@link GpuOptions}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new GpuMemory()).execute(arguments));
  }

  /**
   * Memory at a moment.
   *
   * @param precision in what precision
   * @param when the moment
   * @param gpuMegabytes what is used of the GPU's memory, of all processes together; null if there
   *     is none
   * @param residentMegabytes what this process uses of the processor's memory
   */
  private record Result(
      String precision, String when, @Nullable Long gpuMegabytes, double residentMegabytes) {}

  @Override
  public Integer call() throws IOException {
    ResultLines lines = new ResultLines(options.out);
    ModelFolder model = ModelFolder.open(options.model);
    PixelFile pixels = PixelFile.open(options.pixels, model.config().preprocessing().imageSize());
    GpuOptions.FixedLength way = options.decodings.get(0);
    int batch = options.batches.get(0);
    lines.add(way, batch, now("before"));
    Device device = options.device().chosen();
    lines.add(way, batch, now("device in use"));
    for (int i = 1; i <= TIMES; i++) {
      try (PixelCaptioner captioner = PixelCaptioner.open(model, device, options.precision)) {
        captioner.ids(pixels.batch(0, batch), way.decoding());
        lines.add(way, batch, now("open, " + i));
      }
      lines.add(way, batch, now("closed, " + i));
    }
    return CommandLine.ExitCode.OK;
  }

  private Result now(String when) throws IOException {
    return new Result(
        options.precision.name(), when, gpuMegabytes(), ProcessStatus.residentMegabytes());
  }

  private @Nullable Long gpuMegabytes() throws IOException {
    if (options.where == GpuOptions.Where.CPU) {
      return null;
    }
    Process query =
        new ProcessBuilder(
                "nvidia-smi", "-i", "0", "--query-gpu=memory.used", "--format=csv,noheader,nounits")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(query.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.valueOf(CharMatcher.inRange('0', '9').retainFrom(answer));
  }
}
