package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.exported.Signature;
import io.github.close4j.onnx.internal.model.ClipConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CLIP's towers as Hugging Face Optimum exports them: one a file ({@code vision_model.onnx}, {@code
 * text_model.onnx}) or both in one ({@code model.onnx}), which normalises what it puts out; that
 * last division is left away.
 */
final class ExportedClip implements ClipFeatureGraphs.Towers {
  private static final String PIXELS = "pixel_values";
  private static final String IMAGE = "image_embeds";
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TEXT = "text_embeds";

  /** What a vector's length is computed with; its first input leads back to the vector. */
  private static final Set<String> LENGTH =
      Set.of("Pow", "Mul", "ReduceSum", "ReduceL2", "Sqrt", "Expand", "Clip", "Max", "Add", "Abs");

  private final ClipConfig config;
  private final Inliner vision;
  private final @Nullable Inliner text;

  /** {@code prefix} stands before the names of the graphs' weights in {@code weights}. */
  ExportedClip(ClipConfig config, String prefix, WeightBank weights, ExportedGraphs.Clip graphs) {
    this.config = config;
    this.vision = new Inliner(graphs.vision(), prefix, weights);
    this.text = graphs.text() == null ? null : new Inliner(graphs.text(), prefix, weights);
  }

  @Override
  public Value image(GraphBuilder g, Value pixels) {
    return features(g, vision, Map.of(PIXELS, vision.asInput(g, PIXELS, pixels)), IMAGE);
  }

  @Override
  public Value text(GraphBuilder g, Value ids) {
    if (text == null) {
      throw vision.graph().wrong("expected a CLIP with a text tower, found the vision tower alone");
    }
    Map<String, Value> given = new HashMap<>(Map.of(IDS, ids));
    // What follows the end token is later than it, and so hidden from it anyway.
    Value shape = g.node("Shape", ids).output();
    given.put(MASK, g.op("Expand", g.scalar(1L), shape));
    return features(g, text, given, TEXT);
  }

  private static Value features(
      GraphBuilder g, Inliner tower, Map<String, Value> given, String output) {
    List<String> wanted = List.of(beforeOwnNorm(tower.graph(), output));
    return tower.asFloat(g, output, tower.inline(g, given, wanted).get(0));
  }

  /** The vectors that an output divides by their own length; the output itself if it does not. */
  private static String beforeOwnNorm(ExportedGraph graph, String output) {
    String value = graph.value(output);
    Map<String, NodeProto> producers = graph.producers();
    NodeProto last = producers.get(value);
    if (last == null || !last.getOpType().equals("Div") || last.getInputCount() != 2) {
      return value;
    }
    String vectors = last.getInput(0);
    String current = last.getInput(1);
    boolean reduces = false;
    for (int steps = 0; steps < LENGTH.size(); steps++) {
      NodeProto node = producers.get(current);
      if (node == null || !LENGTH.contains(node.getOpType()) || node.getInputCount() == 0) {
        return value;
      }
      reduces |= node.getOpType().startsWith("Reduce");
      current = node.getInput(0);
      if (current.equals(vectors)) {
        return reduces ? vectors : value;
      }
    }
    return value;
  }

  @Override
  public void requireWeights() {
    int edge = config.vision().imageSize();
    Signature images = new Signature(vision.graph());
    images.floatInput(PIXELS, Signature.ANY, 3, edge, edge);
    images.floatOutput(IMAGE, Signature.ANY, config.projectionDim());
    vision.requireWeights();
    if (text != null) {
      Signature texts = new Signature(text.graph());
      texts.integers(IDS, Signature.ANY, Signature.ANY);
      texts.floatOutput(TEXT, Signature.ANY, config.projectionDim());
      text.requireWeights();
    }
  }
}
