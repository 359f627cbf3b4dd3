package io.github.close4j.benchmarks;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.NodePlacement;
import io.github.close4j.onnx.internal.session.Sessions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * Prints which operators of the captioning graph run on which device, in the loop and outside, and
 * how many nodes copy between the two memories: {@code MODEL DEVICE PRECISION}.
 */
public final class PlacementTable {
  private static final int STEPS = 8;

  private PlacementTable() {}

  /**
   * Runs.
   *
   * @param args model directory, {@code cpu} or {@code cuda}, {@code FLOAT32}, {@code FLOAT16} or
   *     {@code INT8}
   */
  public static void main(String[] args) {
    ModelFolder model = ModelFolder.open(Path.of(args[0]));
    Device device = (args[1].equals("cuda") ? Device.cuda(0) : Device.cpu()).chosen();
    WeightBank weights =
        new WeightBank(Precision.valueOf(args[2]))
            .add(CaptionGraph.CLIP, model.weights(ModelFolder.CLIP_WEIGHTS))
            .add(CaptionGraph.T5, model.weights(ModelFolder.T5_WEIGHTS))
            .add(CaptionGraph.PREFIX, model.weights(ModelFolder.PREFIX_WEIGHTS));
    Decoding decoding = Decoding.beam(5).maxNewTokens(STEPS).minNewTokens(STEPS);
    int edge = model.config().preprocessing().imageSize();
    Map<String, InputTensor> inputs =
        InputTensor.of(decoding, model.config().t5().vocabularySize());
    inputs.put("pixels", InputTensor.of(new float[3 * edge * edge], 1, 3, edge, edge));
    InferenceOptions options = InferenceOptions.defaults().packedWeights(false).device(device);
    try (Sessions<String> sessions = new Sessions<>("captioner", options)) {
      print(
          sessions.placement(
              new CaptionGraph(model.config(), weights)
                  .captioning(CaptionGraph.Source.PIXELS, false, decoding),
              inputs),
          System.out,
          STEPS);
    }
  }

  static void print(NodePlacement placement, PrintStream out, int steps) {
    for (boolean inLoop : new boolean[] {false, true}) {
      out.println(inLoop ? "In the loop, " + steps + " steps:" : "Outside the loop:");
      placement.all(inLoop).forEach(line -> out.println("  " + line));
      out.println("  nodes that copy: " + placement.copyNodes(inLoop));
    }
    out.println("Not on the GPU: " + placement.misplaced(NodePlacement.CUDA));
  }
}
