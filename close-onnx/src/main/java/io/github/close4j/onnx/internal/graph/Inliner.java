package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.exported.Signature;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Puts a part of an exported graph into one of ours: the nodes between given values and wanted
 * ones, under fresh names. Floats of 16 bits are converted on the way in and out.
 */
final class Inliner {
  private final ExportedGraph graph;
  private final String prefix;
  private final WeightBank weights;

  /** {@code prefix} stands before the names of the graph's weights in {@code weights}. */
  Inliner(ExportedGraph graph, String prefix, WeightBank weights) {
    this.graph = graph;
    this.prefix = prefix;
    this.weights = weights;
  }

  ExportedGraph graph() {
    return graph;
  }

  /** An input as the graph declares it: converted if it has 16 bits. */
  Value asInput(GraphBuilder g, String name, Value value) {
    return Signature.isHalf(graph.input(name)) ? g.cast(value, ElementType.FLOAT16) : value;
  }

  /** An output in 32 bits. */
  Value asFloat(GraphBuilder g, String name, Value value) {
    return Signature.isHalf(graph.output(name)) ? g.cast(value, ElementType.FLOAT) : value;
  }

  /** A weight in the type that it is stored in. */
  Value weight(GraphBuilder g, String name) {
    return g.weight(weights.asStored(prefix + graph.weightName(name)));
  }

  /**
   * Adds the nodes that wanted values need.
   *
   * @param g the graph that they are added to
   * @param given values that are there already, by the names they have in the exported graph
   * @param wanted names of values in the exported graph
   * @return the wanted values, in the same order
   * @throws io.github.close4j.UnusableFileException if they need what is not there
   */
  List<Value> inline(GraphBuilder g, Map<String, Value> given, List<String> wanted) {
    g.requireOpset(graph.opset());
    Set<String> needed = new HashSet<>(wanted);
    List<NodeProto> nodes = graph.needed(needed, given.keySet());
    Map<String, Value> scope = new HashMap<>(given);
    for (Map.Entry<String, TensorProto> constant : graph.constants().entrySet()) {
      if (needed.contains(constant.getKey()) && !given.containsKey(constant.getKey())) {
        scope.put(constant.getKey(), g.tensor(constant.getValue()));
      }
    }
    for (String weight : graph.weights().keySet()) {
      if (needed.contains(weight)) {
        scope.put(weight, weight(g, weight));
      }
    }
    nodes.forEach(node -> g.add(renamed(g, node, scope)));
    return wanted.stream().map(name -> resolve(scope, name, "output")).toList();
  }

  private NodeProto renamed(GraphBuilder g, NodeProto node, Map<String, Value> scope) {
    NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput().clearDocString();
    copy.setName(g.freshName(node.getOpType()));
    for (String input : node.getInputList()) {
      copy.addInput(input.isEmpty() ? "" : resolve(scope, input, node.getOpType()).name());
    }
    for (AttributeProto.Builder attribute : copy.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        attribute.setG(renamed(g, attribute.getG(), new HashMap<>(scope)));
      }
    }
    node.getOutputList().forEach(output -> copy.addOutput(define(g, scope, output)));
    return copy.build();
  }

  private GraphProto renamed(GraphBuilder g, GraphProto body, Map<String, Value> scope) {
    GraphProto.Builder copy = GraphProto.newBuilder().setName(g.freshName("body"));
    body.getInitializerList()
        .forEach(t -> copy.addInitializer(t.toBuilder().setName(define(g, scope, t.getName()))));
    body.getInputList().forEach(i -> copy.addInput(rename(i, name -> define(g, scope, name))));
    body.getNodeList().forEach(node -> copy.addNode(renamed(g, node, scope)));
    body.getOutputList()
        .forEach(o -> copy.addOutput(rename(o, name -> resolve(scope, name, "output").name())));
    return copy.build();
  }

  private static ValueInfoProto rename(ValueInfoProto value, UnaryOperator<String> name) {
    return value.toBuilder().setName(name.apply(value.getName())).build();
  }

  private static String define(GraphBuilder g, Map<String, Value> scope, String name) {
    if (name.isEmpty()) {
      return "";
    }
    Value fresh = new Value(g.freshName("exported"));
    scope.put(name, fresh);
    return fresh.name();
  }

  private Value resolve(Map<String, Value> scope, String name, String by) {
    Value value = scope.get(name);
    if (value == null) {
      String problem = graph.inputs().containsKey(name) ? "an input not known" : "made by no node";
      throw graph.wrong(
          "%s reads '%s': expected a value that is there, found %s".formatted(by, name, problem));
    }
    return value;
  }

  /** Checks that every weight is in the bank in its shape. */
  void requireWeights() {
    graph
        .weights()
        .forEach(
            (name, tensor) ->
                weights.require(
                    prefix + graph.weightName(name),
                    tensor.getDimsList().stream().mapToLong(Long::longValue).toArray()));
  }
}
