package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.github.close4j.onnx.cuda.CudaPlacement;
import io.github.close4j.onnx.cuda.CudaPlacement.Placed;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.internal.checkpoint.T5Checkpoint;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.CaptionGraph.Source;
import io.github.close4j.onnx.internal.graph.ClipFeatureGraphs;
import io.github.close4j.onnx.internal.graph.ExportedGraphs;
import io.github.close4j.onnx.internal.graph.GraphModel;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.NodePlacement;
import io.github.close4j.onnx.internal.session.Sessions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every graph that is built here runs on a GPU as a whole: from pixels to tokens nothing but shapes
 * is computed by the processor, and no value is copied on the way. In a step of the decoding loop
 * one byte crosses the bus, which says whether to go on.
 */
class CudaPlacementTest {
  private static final int STEPS = 4;
  private static final int BATCH = 2;

  /** Shapes and lengths: what the processor may compute. */
  private static final String SHAPES = "[INT64]";

  @TempDir Path temporary;

  /** All ways of decoding, with all that may stand in a loop's body. */
  static List<Decoding> decodings() {
    return Stream.of(
            Decoding.greedy(),
            Decoding.beam(5),
            Decoding.beam(5).lengthNormalized(1.2f),
            Decoding.sample(1).topK(10).topP(0.9f))
        .flatMap(decoding -> Stream.of(decoding, decoding.minNewTokens(2).noRepeatNgram(3)))
        .map(decoding -> decoding.maxNewTokens(STEPS))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("decodings")
  void aCaptionerComputesOnTheGpuAlone(Decoding decoding) {
    for (Precision precision : Precision.values()) {
      assertOnGpu(captioner(precision, false).captioning(Source.VECTORS, false, decoding));
      for (boolean padding : new boolean[] {false, true}) {
        CaptionGraph graph = captioner(precision, padding);
        assertOnGpu(graph.captioning(Source.PIXELS, true, decoding));
      }
    }
  }

  /** T5 1.0 and 1.1: another activation, another output head. */
  @ParameterizedTest
  @ValueSource(strings = {"t5-v10", "t5-v11"})
  void bothVersionsOfT5ComputeOnTheGpuAlone(String name) {
    T5Checkpoint checkpoint = T5Checkpoint.open(Checkpoints.path(name));
    for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT16)) {
      WeightBank weights = new WeightBank(precision).add(CaptionGraph.T5, checkpoint.weights());
      CaptionGraph graph = new CaptionGraph(splitting(checkpoint.config()), weights);
      assertOnGpu(graph.captioning(Source.VECTORS, true, Decoding.greedy()));
      assertOnGpu(graph.captioning(Source.VECTORS, true, Decoding.beam(5)));
      assertOnGpu(graph.logits(true));
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void clipsTowersComputeOnTheGpuAlone(Precision precision) {
    for (Activation activation : Activation.values()) {
      for (ClipConfig.Text.ReadAt readAt : ClipConfig.Text.ReadAt.values()) {
        ClipFeatureGraphs towers =
            new ClipFeatureGraphs(clip(activation, readAt), weights(precision));
        assertOnGpu(towers.images());
        assertOnGpu(towers.texts());
      }
    }
  }

  /**
   * Of graphs that others made, shapes that ONNX Runtime computes when it opens them are still
   * there; what would be copied are such shapes, never a cache.
   */
  @ParameterizedTest
  @ValueSource(strings = {"t5-merged", "t5-pair", "t5-fp16"})
  void exportedGraphsCopyNothingButShapes(String t5) {
    String clip = t5.equals("t5-fp16") ? "clip-fp16" : "clip";
    ModelFolder model = ExportedModels.convert(temporary, clip, t5, "projection-text");
    CaptionGraph graph = exported(model);
    GraphModel captioning = graph.captioning(Source.PIXELS, true, Decoding.beam(5));
    for (Placed placed : CudaPlacement.of(captioning)) {
      assertEquals(Set.of(), placed.withoutKernel());
      assertEquals(Set.of(), placed.awaited());
      assertShapes(placed.onHost());
      placed.copies().forEach(copy -> assertTrue(copy.startsWith("INT64 "), copy));
    }
  }

  /**
   * An exported text tower takes ArgMax of integers, once a batch, for which CUDA has no kernel:
   * its ids are copied to the processor, and the place of the end token back.
   */
  @ParameterizedTest
  @ValueSource(strings = {"clip", "clip-fp16"})
  void anExportedTextTowerFindsItsEndOnTheProcessor(String name) {
    ModelFolder model = ExportedModels.convert(temporary, name, "t5-pair", "projection");
    ExportedGraphs graphs = ExportedGraphs.of(model, Precision.FLOAT32);
    WeightBank weights = WeightBank.of(model, Precision.FLOAT32);
    ClipFeatureGraphs towers = new ClipFeatureGraphs(model.config().clip(), weights, graphs);
    for (Placed placed : CudaPlacement.of(towers.texts())) {
      assertEquals(Set.of("ArgMax to " + SHAPES), placed.withoutKernel());
    }
    for (Placed placed : CudaPlacement.of(towers.images())) {
      assertEquals(Set.of(), placed.withoutKernel());
    }
  }

  private static void assertOnGpu(GraphModel model) {
    for (Placed placed : CudaPlacement.of(model)) {
      assertEquals(Set.of(), placed.withoutKernel(), "no CUDA kernel");
      assertEquals(Set.of(), placed.copies(), "copied between processor and GPU");
      assertEquals(Set.of(), placed.awaited(), "waited for in every step");
      assertShapes(placed.onHost());
    }
  }

  private static void assertShapes(Set<String> onHost) {
    onHost.forEach(node -> assertTrue(node.endsWith(SHAPES), node));
  }

  /** What is said here of the provider is true of the provider. */
  @ParameterizedTest
  @MethodSource("decodings")
  void theProviderItselfAgrees(Decoding decoding) {
    requireCuda();
    for (Precision precision : Precision.values()) {
      CaptionGraph graph = captioner(precision, false);
      assertRunsOnGpu(graph.captioning(Source.PIXELS, true, decoding), inputs(decoding));
    }
  }

  @Test
  void theProviderAgreesOnClipToo() {
    requireCuda();
    for (Precision precision : Precision.values()) {
      for (ClipConfig.Text.ReadAt readAt : ClipConfig.Text.ReadAt.values()) {
        ClipFeatureGraphs towers =
            new ClipFeatureGraphs(clip(Activation.QUICK_GELU, readAt), weights(precision));
        assertRunsOnGpu(towers.texts(), Map.of("ids", text()));
        assertRunsOnGpu(towers.images(), Map.of("pixels", pixels()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-merged", "t5-pair", "t5-fp16"})
  void theProviderCopiesNothingInExportedLoops(String t5) {
    requireCuda();
    String clip = t5.equals("t5-fp16") ? "clip-fp16" : "clip";
    ModelFolder model = ExportedModels.convert(temporary, clip, t5, "projection-text");
    Decoding decoding = Decoding.beam(5).maxNewTokens(STEPS);
    assertRunsOnGpu(exported(model).captioning(Source.PIXELS, true, decoding), inputs(decoding));
  }

  private static void requireCuda() {
    assumeTrue(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime is not built for CUDA");
  }

  private static void assertRunsOnGpu(GraphModel model, Map<String, InputTensor> inputs) {
    InferenceOptions onGpu = InferenceOptions.defaults().threads(1).device(Device.cuda(0));
    try (Sessions<String> sessions = new Sessions<>("test", onGpu)) {
      NodePlacement placement = sessions.placement(model, inputs);
      assertEquals(List.of(), placement.misplaced(NodePlacement.CUDA));
      assertEquals(0, placement.copyNodes(true), "copies in the loop");
      assertEquals(0, placement.copyNodes(false), "copies around the loop");
    }
  }

  private static Map<String, InputTensor> inputs(Decoding decoding) {
    Map<String, InputTensor> inputs = InputTensor.of(decoding, TinyModel.VOCABULARY);
    inputs.put("pixels", pixels());
    inputs.put("text", text());
    inputs.put("text_mask", InputTensor.of(new long[] {1, 1, 1, 1, 1, 0}, BATCH, 3));
    return inputs;
  }

  private static InputTensor pixels() {
    float[] pixels = new float[BATCH * 3 * 32 * 32];
    return InputTensor.of(pixels, BATCH, 3, 32, 32);
  }

  private static InputTensor text() {
    return InputTensor.of(new long[] {5, 6, 59, 7, 59, 0}, BATCH, 3);
  }

  private CaptionGraph captioner(Precision precision, boolean attendsToPadding) {
    CaptionerConfig.Prefix prefix =
        new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.PROJECTION, 4, 2);
    return new CaptionGraph(
        TinyModel.config(prefix), weights(precision), ExportedGraphs.NONE, attendsToPadding);
  }

  private static CaptionGraph exported(ModelFolder model) {
    return new CaptionGraph(
        model.config(),
        WeightBank.of(model, Precision.FLOAT32),
        ExportedGraphs.of(model, Precision.FLOAT32));
  }

  private WeightBank weights(Precision precision) {
    WeightBank weights = new WeightBank(precision);
    for (String file : List.of("clip", "t5", "prefix")) {
      weights.add(file + "/", TinyModel.golden(temporary, file + ".safetensors"));
    }
    return weights;
  }

  private static ClipConfig clip(Activation activation, ClipConfig.Text.ReadAt readAt) {
    ClipConfig clip = TinyModel.clip(activation);
    ClipConfig.Text text = clip.text();
    return new ClipConfig(
        clip.projectionDim(),
        clip.vision(),
        new ClipConfig.Text(
            text.vocabularySize(),
            text.contextLength(),
            text.hidden(),
            text.layers(),
            text.heads(),
            text.feedForward(),
            text.activation(),
            text.layerNormEps(),
            text.endTokenId(),
            readAt));
  }

  /** A captioner that gives a T5 the vectors as they are. */
  private static CaptionerConfig splitting(T5Config t5) {
    ClipConfig clip = TinyModel.clip(Activation.GELU);
    return new CaptionerConfig(
        new ClipConfig(t5.dModel(), clip.vision(), clip.text()),
        ClipConfig.Preprocessing.clipDefaults(32),
        t5,
        new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.SPLIT, 1, 0),
        ImageAdapter.Kind.NONE,
        Decoding.greedy(),
        32);
  }
}
