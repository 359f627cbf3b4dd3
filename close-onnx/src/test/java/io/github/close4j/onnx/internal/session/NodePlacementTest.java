package io.github.close4j.onnx.internal.session;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.GraphModel;
import io.github.close4j.onnx.internal.graph.Weight;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles: one that the processor wrote, and the same as a GPU would write it. */
class NodePlacementTest {
  private static final String CPU = "CPUExecutionProvider";
  private static final int STEPS = 7;
  private static final Decoding DECODING = Decoding.beam(5).maxNewTokens(STEPS).minNewTokens(STEPS);

  @TempDir Path temporary;
  private String written;

  @BeforeEach
  void profile() throws OrtException, IOException {
    written = Files.readString(profileOfCaptioning());
  }

  @Test
  void nodesOfTheLoopAreTold() throws IOException {
    NodePlacement placement = read(written);
    List<String> inLoop = placement.all(true);
    // Two decoder layers with two attentions each, in every step.
    assertTrue(
        inLoop.contains("MultiHeadAttention on %s ×%d".formatted(CPU, 4 * STEPS)),
        inLoop::toString);
    List<String> outside = placement.all(false);
    assertTrue(outside.contains("MultiHeadAttention on %s ×2".formatted(CPU)), outside::toString);
    assertTrue(outside.contains("Loop on %s ×1".formatted(CPU)), outside::toString);
    assertEquals(List.of(), placement.misplaced(CPU));
    assertEquals(0, placement.copyNodes(true) + placement.copyNodes(false));
  }

  @Test
  void aGraphIsRunOnceToSee() throws IOException {
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      NodePlacement placement = sessions.placement(captioning(), inputs());
      assertEquals(read(written).all(true), placement.all(true));
      assertEquals(read(written).all(false), placement.all(false));
    }
  }

  @Test
  void whatAGpuDoesNotDoIsNamed() throws IOException {
    NodePlacement onCpu = read(written);
    InferenceException refused =
        assertThrows(InferenceException.class, () -> onCpu.require(Device.cuda(0)));
    assertTrue(refused.getMessage().startsWith("CUDA device 0: expected"), refused.getMessage());
    assertTrue(
        refused.getMessage().contains("Loop on CPUExecutionProvider ×1"), refused.getMessage());
    assertTrue(refused.getMessage().endsWith(DeviceProbe.HELP), refused.getMessage());

    String onGpu = written.replace(CPU, NodePlacement.CUDA);
    NodePlacement good = read(onGpu);
    assertDoesNotThrow(() -> good.require(Device.cuda(0)));

    // One operator of the loop's body on the processor, with a copy there and back.
    String event = event(written, "TopK");
    NodePlacement mixed =
        read(
            onGpu.replace(
                event.replace(CPU, NodePlacement.CUDA),
                String.join(
                    "\n",
                    event.replace("TopK", "MemcpyToHost"),
                    event,
                    event.replace("TopK", "MemcpyFromHost"),
                    event.replace("TopK", "MemcpyFromHost"))));
    assertEquals(List.of("TopK on %s ×1".formatted(CPU)), mixed.misplaced(NodePlacement.CUDA));
    assertEquals(2, mixed.copyNodes(true));
    assertEquals(0, mixed.copyNodes(false));
    assertThrows(InferenceException.class, () -> mixed.require(Device.cuda(0)));
  }

  /** A session that was to be on a GPU, and is not: no run of it gives a result. */
  @Test
  void aSessionElsewhereIsRefusedEveryTime() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    NodePlacement.Profile profile = NodePlacement.Profile.prepare(options);
    GraphSession session =
        new GraphSession(
            new Sessions<>("test", InferenceOptions.defaults()),
            OrtEnvironment.getEnvironment(),
            session(options),
            options,
            Device.cuda(1),
            profile);
    for (int i = 0; i < 2; i++) {
      InferenceException refused =
          assertThrows(
              InferenceException.class, () -> session.run(inputs(), o -> o.longs("tokens")));
      assertTrue(refused.getMessage().startsWith("CUDA device 1: "), refused.getMessage());
    }
    session.close();
  }

  /** Shapes may be computed on the processor; ONNX Runtime leaves them there on purpose. */
  @Test
  void shapesMayStay() throws IOException {
    String onGpu = written.replace(CPU, NodePlacement.CUDA);
    String event = event(written, "Concat");
    NodePlacement placement = read(onGpu.replace(event.replace(CPU, NodePlacement.CUDA), event));
    assertTrue(
        placement.all(true).stream().anyMatch(line -> line.startsWith("Concat on " + CPU))
            || placement.all(false).stream().anyMatch(line -> line.startsWith("Concat on " + CPU)));
    assertEquals(List.of(), placement.misplaced(NodePlacement.CUDA));
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    for (String text :
        List.of(
            "",
            "{}",
            "[1]",
            "[{\"name\": \"x_kernel_time\", \"args\": {\"provider\": 1}}]",
            "[{")) {
      Path file = Files.writeString(temporary.resolve("other.json"), text);
      assertThrows(IOException.class, () -> NodePlacement.read(file), text);
    }
  }

  /** The first event of an operator, as its line of the profile. */
  private static String event(String profile, String operator) {
    return profile
        .lines()
        .filter(
            line ->
                line.contains("_kernel_time")
                    && line.contains("\"op_name\" : \"" + operator + "\""))
        .findFirst()
        .orElseThrow();
  }

  private NodePlacement read(String profile) throws IOException {
    return NodePlacement.read(Files.writeString(temporary.resolve("profile.json"), profile));
  }

  /** Five beams, {@link #STEPS} steps. */
  private Path profileOfCaptioning() throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.enableProfiling(temporary.resolve("run").toString());
      Map<String, OnnxTensor> natives = new HashMap<>();
      for (Map.Entry<String, InputTensor> input : inputs().entrySet()) {
        natives.put(input.getKey(), input.getValue().create(environment));
      }
      try (OrtSession session = session(options)) {
        session.run(natives).close();
        return Path.of(session.endProfiling());
      }
    }
  }

  private OrtSession session(OrtSession.SessionOptions options) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    GraphModel graph = captioning();
    Map<String, OnnxTensorLike> tensors = new HashMap<>();
    for (Map.Entry<String, Weight> weight : graph.weights().entrySet()) {
      FloatBuffer values = (FloatBuffer) weight.getValue().data();
      tensors.put(
          weight.getKey(),
          OnnxTensor.createTensor(environment, values.duplicate(), weight.getValue().shape()));
    }
    options.addExternalInitializers(tensors);
    return environment.createSession(graph.bytes(), options);
  }

  private GraphModel captioning() {
    return new CaptionGraph(TinyModel.config(TinyModel.PROJECTION), TinyModel.weights(temporary))
        .captioning(CaptionGraph.Source.VECTORS, false, DECODING);
  }

  private static Map<String, InputTensor> inputs() {
    float[] vector = new float[TinyModel.CLIP_DIM];
    vector[0] = 1;
    Map<String, InputTensor> inputs = InputTensor.of(DECODING, TinyModel.VOCABULARY);
    inputs.put("vectors", InputTensor.of(vector, 1, TinyModel.CLIP_DIM));
    return inputs;
  }
}
