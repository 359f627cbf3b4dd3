package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The place at which a graph turns token ids into embeddings: a {@code Gather} of rows of the token
 * table.
 *
 * @param table the table, a weight by the name that nodes use
 * @param embeddings the value that the lookup makes, [B,S,dModel]
 * @param isHalf whether both have 16 bits
 */
public record TokenLookup(String table, String embeddings, boolean isHalf) {
  /** What may lie between the ids and the lookup without changing them. */
  private static final Set<String> SAME_IDS = Set.of("Reshape", "Cast", "Identity");

  /**
   * Finds the lookup.
   *
   * @param graph a graph with one lookup
   * @param ids the input that holds token ids
   * @param rows size of the vocabulary
   * @param columns length of an embedding
   * @return the lookup
   * @throws io.github.close4j.UnusableFileException if there is not one of that size
   */
  public static TokenLookup of(ExportedGraph graph, String ids, int rows, int columns) {
    Map<String, NodeProto> producers = graph.producers();
    List<NodeProto> lookups =
        graph.nodes().stream()
            .filter(node -> isLookup(graph, node) && isIds(node.getInput(1), ids, producers))
            .toList();
    if (lookups.size() != 1) {
      throw graph.wrong(
          "expected one lookup of '%s' in a table, found %d".formatted(ids, lookups.size()));
    }
    TensorProto table = graph.weight(lookups.get(0).getInput(0));
    if (!table.getDimsList().equals(List.of((long) rows, (long) columns))) {
      throw graph.wrong(
          "token table '%s': expected shape [%d, %d], found %s"
              .formatted(table.getName(), rows, columns, table.getDimsList()));
    }
    return new TokenLookup(
        lookups.get(0).getInput(0),
        lookups.get(0).getOutput(0),
        table.getDataType() == TensorProto.DataType.FLOAT16_VALUE);
  }

  private static boolean isLookup(ExportedGraph graph, NodeProto node) {
    return node.getOpType().equals("Gather")
        && node.getInputCount() == 2
        && node.getOutputCount() == 1
        && graph.weights().containsKey(node.getInput(0))
        && node.getAttributeList().stream().mapToLong(AttributeProto::getI).allMatch(i -> i == 0);
  }

  private static boolean isIds(String value, String ids, Map<String, NodeProto> producers) {
    String current = value;
    for (int steps = 0; steps <= producers.size() && !current.equals(ids); steps++) {
      NodeProto node = producers.get(current);
      if (node == null || !SAME_IDS.contains(node.getOpType()) || node.getInputCount() == 0) {
        return false;
      }
      current = node.getInput(0);
    }
    return current.equals(ids);
  }
}
