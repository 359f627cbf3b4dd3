package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Map;
import java.util.Set;

/**
 * Vectors that a graph divides by their own length at the very end, as a whole exported CLIP does
 * and a tower alone does not.
 */
public final class OwnNorm {
  /** What a length is computed with; its first input leads back to the vector. */
  private static final Set<String> PARTS =
      Set.of("Pow", "Mul", "ReduceSum", "ReduceL2", "Sqrt", "Expand", "Clip", "Max", "Add", "Abs");

  private OwnNorm() {}

  /**
   * The vectors before their division.
   *
   * @param graph the graph
   * @param output an output of it
   * @return the value that is divided by its own length; the output's own value if none is
   */
  public static String undone(ExportedGraph graph, String output) {
    String value = graph.value(output);
    Map<String, NodeProto> producers = graph.producers();
    NodeProto last = producers.get(value);
    if (last == null || !last.getOpType().equals("Div") || last.getInputCount() != 2) {
      return value;
    }
    String vectors = last.getInput(0);
    String current = last.getInput(1);
    boolean reduces = false;
    for (int steps = 0; steps < PARTS.size(); steps++) {
      NodeProto node = producers.get(current);
      if (node == null || !PARTS.contains(node.getOpType()) || node.getInputCount() == 0) {
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
}
