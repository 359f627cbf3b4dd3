package io.github.close4j.benchmarks;

import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * How fast captions are made: from JPEG files to words, and from pixels in Java's memory to token
 * ids in Java's memory.
 */
@Command(name = "gpu-captioning", description = "Measures captioning.")
public final class GpuCaptioning implements Callable<Integer> {
  @Mixin private GpuOptions options = new GpuOptions();

  /** Made by picocli. */
  GpuCaptioning() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@link GpuOptions}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new GpuCaptioning()).execute(arguments));
  }

  /**
   * Result of a batch size and a way of decoding.
   *
   * @param system who captioned
   * @param precision in what precision
   * @param withPreprocessing from files to words
   * @param fromPixels from pixels to ids
   * @param work what no system can do without
   * @param ids of the first pictures, a batch of them
   * @param failed why there is no result, else null
   */
  private record Result(
      String system,
      String precision,
      @Nullable Latency withPreprocessing,
      @Nullable Latency fromPixels,
      List<CaptioningWork> work,
      long @Nullable [][] ids,
      @Nullable String failed) {}

  @Override
  public Integer call() throws IOException {
    ModelFolder model = ModelFolder.open(options.model);
    PixelFile pixels = PixelFile.open(options.pixels, model.config().preprocessing().imageSize());
    List<Path> files = FullSizeCaptioning.photographs(options.pictures);
    ResultLines lines = new ResultLines(options.out);
    try (Captioner captioner =
            Captioner.open(options.model, options.captioner(Collections.max(options.batches)));
        PixelCaptioner direct = PixelCaptioner.open(model, options.device(), options.precision)) {
      for (int batch : options.batches) {
        for (GpuOptions.FixedLength way : options.decodings) {
          if (!lines.has(way, batch)) {
            Decoding decoding = way.decoding();
            List<CaptioningWork> work =
                CaptioningWork.of(model.config(), batch, decoding.beams(), GpuOptions.TOKENS);
            lines.add(way, batch, measure(captioner, direct, files, pixels, batch, decoding, work));
          }
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private Result measure(
      Captioner captioner,
      PixelCaptioner direct,
      List<Path> files,
      PixelFile pixels,
      int batch,
      Decoding decoding,
      List<CaptioningWork> work) {
    String precision = options.precision.name();
    try {
      long[][] ids = direct.ids(pixels.batch(0, batch), decoding);
      Latency fromPixels =
          Latency.measure(
              options.rounds,
              options.seconds,
              round -> {
                float[] input = pixels.batch(round * batch, batch);
                return () -> direct.ids(input, decoding);
              });
      Latency withPreprocessing =
          Latency.measure(
              options.rounds,
              options.seconds,
              round -> {
                List<CaptionInput> input = inputs(files, round * batch, batch);
                return () -> captioner.caption(input, decoding);
              });
      return new Result("ours", precision, withPreprocessing, fromPixels, work, ids, null);
    } catch (InferenceException e) {
      return new Result("ours", precision, null, null, work, null, e.toString());
    }
  }

  private static List<CaptionInput> inputs(List<Path> files, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> CaptionInput.of(files.get(i % files.size())))
        .toList();
  }
}
