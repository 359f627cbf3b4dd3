package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What crosses the bus and what memory is taken, counted by the driver of {@code src/test/cuda},
 * which lets ONNX Runtime's CUDA provider run without a GPU.
 */
class CudaCopiesTest {
  private static final String LOG = "CUDA_DRY_RUN_LOG";
  private static final int FEW = 4;
  private static final int MANY = 14;

  /** Of parameters of kernels and of numbers like the step's, for all hypotheses together. */
  private static final long MOST_BYTES_TO_GPU = 1024;

  @TempDir Path temporary;

  static Stream<Decoding> decodings() {
    return Stream.of(
        Decoding.greedy(),
        Decoding.beam(5),
        Decoding.beam(5).lengthNormalized(1.2f),
        Decoding.beam(5).noRepeatNgram(3),
        Decoding.sample(1).topK(10).topP(0.9f));
  }

  /** The loop's condition comes back from the GPU in every step, and nothing else. */
  @ParameterizedTest
  @MethodSource("decodings")
  void aStepBringsOneByteToTheProcessor(Decoding decoding) throws IOException {
    List<String> few = events(decoding, FEW);
    List<String> many = events(decoding, MANY);
    assertEquals(FEW, count(few, "d2h 1"));
    assertEquals(MANY, count(many, "d2h 1"));
    assertEquals(bytes(few, "d2h") - FEW, bytes(many, "d2h") - MANY - tokens(decoding));
    long toGpu = (bytes(many, "h2d") - bytes(few, "h2d")) / (MANY - FEW);
    assertTrue(toGpu <= MOST_BYTES_TO_GPU, toGpu + " bytes to the GPU in a step");
  }

  @Test
  void closingGivesAllMemoryBack() throws IOException {
    List<String> events = events(Decoding.beam(5), FEW);
    assertTrue(bytes(events, "allocated") > 0, "no memory taken");
    assertEquals(bytes(events, "allocated"), bytes(events, "freed"));
  }

  /** The captions' own bytes: those that the further steps said. */
  private static long tokens(Decoding decoding) {
    return (long) (MANY - FEW) * decoding.beams() * Long.BYTES;
  }

  private static long count(List<String> events, String event) {
    return events.stream().filter(event::equals).count();
  }

  private static long bytes(List<String> events, String kind) {
    return events.stream()
        .filter(event -> event.startsWith(kind))
        .mapToLong(event -> Long.parseLong(event.substring(kind.length() + 1)))
        .sum();
  }

  /** All that opening a graph, one run of so many steps and closing do. */
  private List<String> events(Decoding decoding, int steps) throws IOException {
    assumeTrue(System.getenv(LOG) != null, LOG + " is not set: no dry run");
    Path log = Path.of(System.getenv(LOG));
    int before = Files.exists(log) ? Files.readAllLines(log).size() : 0;
    float[] vector = new float[TinyModel.CLIP_DIM];
    vector[0] = 1;
    Decoding longer = decoding.maxNewTokens(steps);
    Map<String, InputTensor> inputs = InputTensor.of(longer, TinyModel.VOCABULARY);
    inputs.put("vectors", InputTensor.of(vector, 1, TinyModel.CLIP_DIM));
    CaptionGraph graph =
        new CaptionGraph(TinyModel.config(TinyModel.PROJECTION), TinyModel.weights(temporary));
    InferenceOptions onGpu = InferenceOptions.defaults().threads(1).device(Device.cuda(0));
    try (Sessions<String> sessions = new Sessions<>("test", onGpu)) {
      sessions.placement(graph.captioning(CaptionGraph.Source.VECTORS, false, longer), inputs);
    }
    List<String> all = Files.readAllLines(log);
    return all.subList(before, all.size());
  }
}
