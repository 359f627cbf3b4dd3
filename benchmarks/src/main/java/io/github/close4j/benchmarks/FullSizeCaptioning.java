package io.github.close4j.benchmarks;

import com.google.gson.Gson;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Captions photographs with beam 5 and 20 tokens and prints one JSON line, as the peers beside it
 * do: {@code MODEL PHOTOS BATCH ROUNDS THREADS VARIANT}.
 */
public final class FullSizeCaptioning {
  private static final String ON_GPU = "cuda-";
  private static final double NANOS = 1e9;

  private FullSizeCaptioning() {}

  /**
   * A system's result on one batch size.
   *
   * @param system who captioned
   * @param batch photographs a call
   * @param secondsPerImage median over the calls, preprocessing included
   * @param secondsToOpen time to open the model
   * @param peakMegabytes largest resident memory of the process
   * @param captions text and score of each photograph in turn
   */
  public record Result(
      String system,
      int batch,
      double secondsPerImage,
      double secondsToOpen,
      double peakMegabytes,
      List<List<Object>> captions) {}

  /**
   * Runs.
   *
   * @param args model directory, folder of photographs, batch, rounds, threads, {@code float32},
   *     {@code unpacked} (float32 without packed weights), {@code float16} or {@code int8}, on the
   *     first GPU with {@code cuda-} before it
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] args) throws IOException {
    List<Path> photos = photographs(Path.of(args[1]));
    int batch = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    int threads = Integer.parseInt(args[4]);
    Decoding decoding = Decoding.beam(5).maxNewTokens(20).lengthNormalized(1);
    long start = System.nanoTime();
    try (Captioner captioner =
        Captioner.open(Path.of(args[0]), options(args[5]).threads(threads).batchSize(batch))) {
      double opened = (System.nanoTime() - start) / NANOS;
      captioner.caption(inputs(photos, 0, batch), decoding);
      double[] seconds = new double[rounds];
      List<List<Object>> captions = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        List<CaptionInput> inputs = inputs(photos, i * batch, batch);
        start = System.nanoTime();
        List<List<Caption>> results = captioner.caption(inputs, decoding);
        seconds[i] = (System.nanoTime() - start) / NANOS / batch;
        results.forEach(r -> captions.add(List.of(r.get(0).text(), r.get(0).score())));
      }
      Arrays.sort(seconds);
      double median = seconds[rounds / 2];
      System.out.println(
          new Gson()
              .toJson(
                  new Result(
                      "ours, " + args[5],
                      batch,
                      median,
                      opened,
                      ProcessStatus.peakMegabytes(),
                      captions)));
    }
  }

  private static InferenceOptions options(String variant) {
    InferenceOptions defaults = InferenceOptions.defaults();
    if (variant.startsWith(ON_GPU)) {
      return options(variant.substring(ON_GPU.length())).device(Device.cuda(0));
    }
    return switch (variant) {
      case "float32" -> defaults;
      case "unpacked" -> defaults.packedWeights(false);
      case "float16" -> defaults.precision(Precision.FLOAT16);
      case "int8" -> defaults.precision(Precision.INT8);
      default ->
          throw new IllegalArgumentException(
              "variant: expected float32, unpacked, float16 or int8, found " + variant);
    };
  }

  static List<Path> photographs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    }
  }

  private static List<CaptionInput> inputs(List<Path> photos, int from, int count) {
    return Stream.iterate(from, i -> i + 1)
        .limit(count)
        .map(i -> CaptionInput.of(photos.get(i % photos.size())))
        .toList();
  }
}
