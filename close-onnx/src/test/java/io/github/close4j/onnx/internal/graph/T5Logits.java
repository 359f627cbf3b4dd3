package io.github.close4j.onnx.internal.graph;

import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.checkpoint.T5Checkpoint;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.util.Map;

/** The logits of a checkpoint's T5 for texts and what is said of them, to compare with others'. */
public final class T5Logits {
  private T5Logits() {}

  /**
   * Runs encoder and decoder once.
   *
   * @param ids [B,L]
   * @param mask [B,L]
   * @param decoderIds [B,T]
   * @return [B,T,vocabulary]
   */
  public static float[] of(
      T5Checkpoint checkpoint, StoredTensor ids, StoredTensor mask, StoredTensor decoderIds) {
    Map<String, InputTensor> inputs =
        Map.of("ids", input(ids), "mask", input(mask), "decoder_ids", input(decoderIds));
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      return sessions
          .get("logits", () -> graph(checkpoint))
          .run(inputs, outputs -> outputs.floats("logits"));
    }
  }

  private static InputTensor input(StoredTensor ids) {
    return InputTensor.of(ids.toLongArray(), ids.shape());
  }

  private static GraphModel graph(T5Checkpoint checkpoint) {
    WeightBank weights = new WeightBank().add(CaptionGraph.T5, checkpoint.weights());
    T5Graph t5 = new T5Graph(checkpoint.config(), CaptionGraph.T5, weights);
    GraphBuilder g = new GraphBuilder("t5", weights);
    Value ids = g.input("ids", ElementType.INT64, "B", "L");
    Value mask = g.input("mask", ElementType.INT64, "B", "L");
    Value decoderIds = g.input("decoder_ids", ElementType.INT64, "B", "T");
    EncoderDecoder.Encoded encoded = t5.encode(g, t5.embed(g, ids), mask);
    int vocabulary = checkpoint.config().vocabularySize();
    g.output("logits", t5.logits(g, encoded, decoderIds), ElementType.FLOAT, "B", "T", vocabulary);
    return g.model();
  }
}
