package io.github.close4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.close4j.image.ClipImageProcessor;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.OnnxExport;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.io.Reader;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says where the time of a full-size captioning goes, by ONNX Runtime's own profiler: exports the
 * captioner's graph, runs it twice, and prints the second run's time by operator, with the least
 * time that the machine would need for the matrix products alone.
 */
public final class FullSizeProfile {
  private static final double MICROS_A_MILLI = 1e3;
  private static final double MILLIS = 1e3;
  private static final double GIGA = 1e9;
  private static final int ROWS = 12;
  private static final int BEAMS = 5;
  private static final int NEW_TOKENS = 20;

  private FullSizeProfile() {}

  /** Time and calls of one operator on inputs of one shape. */
  private record Cost(double millis, int calls) {
    Cost plus(Cost other) {
      return new Cost(millis + other.millis, calls + other.calls);
    }
  }

  /**
   * Runs.
   *
   * @param args model directory, folder of photographs, batch, threads, {@code FLOAT32} or {@code
   *     INT8}, an empty folder for the graph and the profile
   * @throws IOException if a file cannot be read or written
   * @throws OrtException if ONNX Runtime fails
   */
  public static void main(String[] args) throws IOException, OrtException {
    Path model = Path.of(args[0]);
    int batch = Integer.parseInt(args[2]);
    int threads = Integer.parseInt(args[3]);
    Path folder = Path.of(args[5]);
    Path graph = folder.resolve("captioner.onnx");
    OnnxExport.of(model, Precision.valueOf(args[4]))
        .pictureCaptioner(
            graph, false, Decoding.beam(BEAMS).maxNewTokens(NEW_TOKENS).lengthNormalized(1));
    float[] pixels = pixels(model, FullSizeCaptioning.photographs(Path.of(args[1])), batch);
    int edge = ModelFolder.open(model).config().preprocessing().imageSize();
    Path profile;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.enableProfiling(folder.resolve("profile").toString());
      try (OrtSession session = environment.createSession(graph.toString(), options);
          OnnxTensor images =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(pixels), new long[] {batch, 3, edge, edge});
          OnnxTensor tokens =
              OnnxTensor.createTensor(
                  environment, LongBuffer.wrap(new long[] {NEW_TOKENS}), new long[0]);
          OnnxTensor penalty =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(new float[] {1}), new long[0])) {
        Map<String, OnnxTensor> inputs =
            Map.of("pixels", images, "max_new_tokens", tokens, "length_penalty", penalty);
        session.run(inputs).close();
        session.run(inputs).close();
        profile = Path.of(session.endProfiling());
      }
    }
    printFloor(ModelFolder.open(model).config(), batch, MachineRates.measure(threads));
    printOperators(profile);
  }

  private static void printFloor(CaptionerConfig config, int batch, MachineRates rates) {
    System.out.printf(
        Locale.ROOT,
        "Measured here: %.1f GFLOP/s of matrix products, %.1f GB/s of weights read.%n%n",
        rates.flops() / GIGA,
        rates.bytes() / GIGA);
    System.out.println("| part | GFLOP | weights, GB | floor in 32 bits, ms |");
    System.out.println("|---|---|---|---|");
    for (CaptioningWork work : CaptioningWork.of(config, batch, BEAMS, NEW_TOKENS)) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %.1f | %.2f | %.0f |%n",
          work.part(),
          work.flops() / GIGA,
          Float.BYTES * work.weights() / GIGA,
          work.floor(rates) * MILLIS);
    }
    System.out.println();
  }

  private static float[] pixels(Path model, List<Path> photos, int batch) {
    ClipImageProcessor processor = ModelFolder.open(model).config().preprocessing().processor();
    float[] pixels = new float[batch * processor.outputLength()];
    for (int i = 0; i < batch; i++) {
      processor.process(
          ImageDecoder.decode(photos.get(i % photos.size())), pixels, i * processor.outputLength());
    }
    return pixels;
  }

  private static void printOperators(Path profile) throws IOException {
    List<JsonObject> events = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(profile)) {
      for (JsonElement event : JsonParser.parseReader(reader).getAsJsonArray()) {
        events.add(event.getAsJsonObject());
      }
    }
    JsonObject run =
        events.stream()
            .filter(event -> event.get("name").getAsString().equals("model_run"))
            .max(Comparator.comparingLong(FullSizeProfile::start))
            .orElseThrow();
    long end = start(run) + duration(run);
    Map<String, Cost> costs = new TreeMap<>();
    for (JsonObject event : events) {
      if (isKernel(event) && start(event) >= start(run) && start(event) <= end) {
        costs.merge(describe(event), new Cost(duration(event) / MICROS_A_MILLI, 1), Cost::plus);
      }
    }
    double total = duration(run) / MICROS_A_MILLI;
    System.out.println("| operator | first input | calls | ms | share |");
    System.out.println("|---|---|---|---|---|");
    costs.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -entry.getValue().millis()))
        .limit(ROWS)
        .forEach(entry -> printRow(entry.getKey(), entry.getValue(), total));
    System.out.printf(Locale.ROOT, "| whole run | | | %.0f | 1.000 |%n", total);
  }

  private static void printRow(String operator, Cost cost, double total) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %.0f | %.3f |%n",
        operator,
        cost.calls(),
        cost.millis(),
        cost.millis() / total);
  }

  /** A kernel's time; a loop's is that of the kernels in it. */
  private static boolean isKernel(JsonObject event) {
    return event.get("name").getAsString().endsWith("_kernel_time")
        && !event.getAsJsonObject("args").get("op_name").getAsString().equals("Loop");
  }

  private static String describe(JsonObject event) {
    JsonObject args = event.getAsJsonObject("args");
    String operator = args.get("op_name").getAsString();
    JsonElement inputs = args.get("input_type_shape");
    if (inputs == null || inputs.getAsJsonArray().isEmpty()) {
      return operator + " | ";
    }
    JsonObject first = inputs.getAsJsonArray().get(0).getAsJsonObject();
    return operator + " | " + first.entrySet().iterator().next().getValue();
  }

  private static long start(JsonObject event) {
    return event.get("ts").getAsLong();
  }

  private static long duration(JsonObject event) {
    return event.get("dur").getAsLong();
  }
}
