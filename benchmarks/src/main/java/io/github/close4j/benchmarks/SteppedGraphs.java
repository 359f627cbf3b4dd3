package io.github.close4j.benchmarks;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A captioning graph cut into three: what comes before its loop, the loop's body, and what comes
 * after. Run one after the other, the body as often as the loop would, they are the decoder stepped
 * from outside, operator for operator the same as inside the graph.
 */
final class SteppedGraphs {
  private static final String LOOP = "Loop";

  /** Inputs of a loop before those that it carries: most iterations, and whether to begin. */
  private static final int LOOP_HEAD = 2;

  private final ModelProto whole;
  private final NodeProto loop;
  private final GraphProto body;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
  private final List<NodeProto> nodesBefore;
  private final List<NodeProto> nodesAfter;

  SteppedGraphs(ModelProto whole) {
    this.whole = whole;
    GraphProto graph = whole.getGraph();
    List<NodeProto> nodes = graph.getNodeList();
    int at = nodes.stream().map(NodeProto::getOpType).toList().indexOf(LOOP);
    if (at < 0) {
      throw new IllegalArgumentException("graph: expected a loop, found none");
    }
    this.loop = nodes.get(at);
    this.body =
        loop.getAttributeList().stream()
            .filter(attribute -> attribute.getName().equals("body"))
            .map(AttributeProto::getG)
            .findFirst()
            .orElseThrow();
    this.nodesBefore = nodes.subList(0, at);
    this.nodesAfter = nodes.subList(at + 1, nodes.size());
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    graph.getInputList().forEach(input -> inputs.put(input.getName(), input));
  }

  /** The body's own names of the carried values, in order. */
  List<String> carried() {
    return body.getInputList().stream().skip(LOOP_HEAD).map(ValueInfoProto::getName).toList();
  }

  /** The body's outputs: whether to go on, then the carried values. */
  List<String> next() {
    return body.getOutputList().stream().map(ValueInfoProto::getName).toList();
  }

  /** Names under which what comes after reads the carried values. */
  List<String> results() {
    return loop.getOutputList();
  }

  /** Name of the body's number of iterations done. */
  String iteration() {
    return body.getInput(0).getName();
  }

  /** Name of the body's flag of whether the last iteration wanted another one. */
  String keepGoing() {
    return body.getInput(1).getName();
  }

  /** What the body reads that was computed before the loop. */
  List<String> captured() {
    Set<String> own = new LinkedHashSet<>();
    body.getInputList().forEach(input -> own.add(input.getName()));
    Set<String> read = new LinkedHashSet<>();
    for (NodeProto node : body.getNodeList()) {
      read.addAll(node.getInputList());
      own.addAll(node.getOutputList());
    }
    read.removeAll(own);
    read.removeAll(constants.keySet());
    read.remove("");
    return List.copyOf(read);
  }

  /**
   * From the inputs to the loop. Outputs, whose types ONNX Runtime finds out: the carried values'
   * first state under their names, and what is captured.
   */
  ModelProto before() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("before").addAllNode(nodesBefore);
    List<String> names = carried();
    for (int i = 0; i < names.size(); i++) {
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Identity")
              .addInput(loop.getInput(LOOP_HEAD + i))
              .addOutput(names.get(i)));
    }
    Stream.concat(names.stream(), captured().stream().filter(name -> !inputs.containsKey(name)))
        .forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
    return finish(graph, inputs.values());
  }

  /**
   * One iteration.
   *
   * @param types what {@link #captured} values that are no inputs of the whole graph look like
   */
  ModelProto step(Map<String, ValueInfoProto> types) {
    List<ValueInfoProto> read = new ArrayList<>(body.getInputList());
    captured().forEach(name -> read.add(inputs.getOrDefault(name, types.get(name))));
    return finish(
        GraphProto.newBuilder()
            .setName("step")
            .addAllNode(body.getNodeList())
            .addAllOutput(body.getOutputList()),
        read);
  }

  /** From the carried values' last state to the captions. */
  ModelProto after() {
    List<ValueInfoProto> read = new ArrayList<>();
    for (int i = 0; i < loop.getOutputCount(); i++) {
      read.add(body.getInput(LOOP_HEAD + i).toBuilder().setName(loop.getOutput(i)).build());
    }
    return finish(
        GraphProto.newBuilder()
            .setName("after")
            .addAllNode(nodesAfter)
            .addAllOutput(whole.getGraph().getOutputList()),
        read);
  }

  /** Adds inputs, and the constants that are used. */
  private ModelProto finish(GraphProto.Builder graph, Iterable<ValueInfoProto> read) {
    graph.addAllInput(read);
    graph.getNodeList().stream()
        .flatMap(node -> node.getInputList().stream())
        .distinct()
        .filter(constants::containsKey)
        .forEach(name -> graph.addInitializer(constants.get(name)));
    return whole.toBuilder().setGraph(graph).build();
  }
}
