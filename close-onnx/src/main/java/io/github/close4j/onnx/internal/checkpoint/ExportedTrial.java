package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.ClipFeatureGraphs;
import io.github.close4j.onnx.internal.graph.ExportedGraphs;
import io.github.close4j.onnx.internal.graph.GraphModel;
import io.github.close4j.onnx.internal.graph.TrialGraphs;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Opens and runs exported graphs once: what only ONNX Runtime can tell of a file is then told when
 * it is imported, with the file's name.
 */
final class ExportedTrial {
  /** More than one, so that a graph that was exported for one input only is found out. */
  private static final int BATCH = 2;

  private static final int TEXT = 3;

  private static final InferenceOptions OPTIONS =
      InferenceOptions.defaults().arena(false).packedWeights(false);

  private final CaptionerConfig config;
  private final WeightBank weights;
  private final ExportedGraphs graphs;

  ExportedTrial(CaptionerConfig config, WeightBank weights, ExportedGraphs graphs) {
    this.config = config;
    this.weights = weights;
    this.graphs = graphs;
  }

  /**
   * Tries all graphs.
   *
   * @throws UnusableFileException if one cannot be run
   */
  void run() {
    CaptionGraph captions = new CaptionGraph(config, weights, graphs);
    captions.requireWeights();
    ExportedGraphs.Clip clip = Objects.requireNonNull(graphs.clip());
    ExportedGraphs.T5 t5 = Objects.requireNonNull(graphs.t5());
    open(clip.vision(), CaptionGraph.CLIP);
    ClipFeatureGraphs towers = new ClipFeatureGraphs(config.clip(), weights, graphs);
    int edge = config.clip().vision().imageSize();
    InputTensor pixels = InputTensor.of(new float[BATCH * 3 * edge * edge], BATCH, 3, edge, edge);
    run(clip.vision(), towers::images, Map.of("pixels", pixels));
    ExportedGraph text = clip.text();
    if (text != null) {
      open(text, CaptionGraph.CLIP);
      run(text, towers::texts, Map.of("ids", ids(config.clip().text().endTokenId())));
    }
    for (ExportedGraph part : List.of(t5.encoder(), t5.decoder(), t5.decoderWithPast())) {
      open(part, CaptionGraph.T5);
    }
    Map<String, InputTensor> inputs = inputs();
    inputs.put("decoder_ids", ids(config.t5().padTokenId()));
    run(t5.decoder(), () -> captions.logits(true), inputs);
    Decoding decoding = Decoding.beam(2).maxNewTokens(TEXT);
    inputs.remove("decoder_ids");
    inputs.putAll(InputTensor.of(decoding, config.t5().vocabularySize()));
    run(
        t5.decoderWithPast(),
        () -> captions.captioning(CaptionGraph.Source.VECTORS, true, decoding),
        inputs);
  }

  private Map<String, InputTensor> inputs() {
    int dimension = config.clip().projectionDim();
    float[] vectors = new float[BATCH * dimension];
    Arrays.fill(vectors, 1);
    Map<String, InputTensor> inputs = new HashMap<>();
    inputs.put("vectors", InputTensor.of(vectors, BATCH, dimension));
    inputs.put("text", ids(config.t5().endTokenId()));
    inputs.put("text_mask", ids(1));
    return inputs;
  }

  private static InputTensor ids(int id) {
    long[] ids = new long[BATCH * TEXT];
    Arrays.fill(ids, id);
    return InputTensor.of(ids, BATCH, TEXT);
  }

  private void open(ExportedGraph graph, String prefix) {
    attempt(
        graph, sessions -> sessions.get("graph", () -> TrialGraphs.whole(graph, prefix, weights)));
  }

  private static void run(
      ExportedGraph graph, Supplier<GraphModel> model, Map<String, InputTensor> inputs) {
    attempt(graph, sessions -> sessions.get("graph", model).run(inputs, outputs -> outputs));
  }

  /** Something done with sessions that are closed afterwards. */
  private interface Attempt {
    void with(Sessions<String> sessions);
  }

  private static void attempt(ExportedGraph graph, Attempt attempt) {
    try (Sessions<String> sessions = new Sessions<>("graph", OPTIONS)) {
      attempt.with(sessions);
    } catch (InferenceException e) {
      Throwable cause = e.getCause();
      throw new UnusableFileException(
          graph.file(),
          "expected a graph that ONNX Runtime can run, found: "
              + (cause == null ? e.getMessage() : cause.getMessage()),
          e);
    }
  }
}
