package io.github.close4j.benchmarks;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.GraphSession.Outputs;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.util.Arrays;
import java.util.Map;

/** The captioner's graph from pixels to token ids, without the pictures before and words after. */
final class PixelCaptioner implements AutoCloseable {
  private final ModelFolder model;
  private final CaptionGraph graph;
  private final Sessions<Decoding> sessions;

  private PixelCaptioner(ModelFolder model, CaptionGraph graph, Sessions<Decoding> sessions) {
    this.model = model;
    this.graph = graph;
    this.sessions = sessions;
  }

  static PixelCaptioner open(ModelFolder model, Device device, Precision precision) {
    Device active = device.chosen();
    WeightBank weights =
        new WeightBank(precision)
            .add(CaptionGraph.CLIP, model.weights(ModelFolder.CLIP_WEIGHTS))
            .add(CaptionGraph.T5, model.weights(ModelFolder.T5_WEIGHTS))
            .add(CaptionGraph.PREFIX, model.weights(ModelFolder.PREFIX_WEIGHTS));
    return new PixelCaptioner(
        model,
        new CaptionGraph(model.config(), weights),
        new Sessions<>("captioner", InferenceOptions.defaults().device(active)));
  }

  /**
   * Captions.
   *
   * @param pixels [B,3,S,S]
   * @return ids of each picture's best caption, [B,T]
   */
  long[][] ids(float[] pixels, Decoding decoding) {
    int edge = model.config().preprocessing().imageSize();
    Map<String, InputTensor> inputs =
        InputTensor.of(decoding, model.config().t5().vocabularySize());
    long batch = pixels.length / (3L * edge * edge);
    inputs.put("pixels", InputTensor.of(pixels, batch, 3, edge, edge));
    return sessions
        .get(decoding, () -> graph.captioning(CaptionGraph.Source.PIXELS, false, decoding))
        .run(inputs, PixelCaptioner::best);
  }

  /** The first of each picture's hypotheses [B,K,T]. */
  private static long[][] best(Outputs outputs) {
    long[] shape = outputs.shape("tokens");
    long[] tokens = outputs.longs("tokens");
    int length = (int) shape[2];
    int stride = (int) shape[1] * length;
    long[][] best = new long[(int) shape[0]][];
    for (int i = 0; i < best.length; i++) {
      best[i] = Arrays.copyOfRange(tokens, i * stride, i * stride + length);
    }
    return best;
  }

  @Override
  public void close() {
    sessions.close();
  }
}
