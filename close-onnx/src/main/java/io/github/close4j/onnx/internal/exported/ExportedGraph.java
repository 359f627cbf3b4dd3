package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A graph that somebody exported: what it reads, what it computes, and its tensors. Immutable. */
public final class ExportedGraph {
  private final Path file;
  private final long opset;
  private final Map<String, ValueInfoProto> inputs;
  private final Map<String, Output> outputs;
  private final List<NodeProto> nodes;
  private final Map<String, TensorProto> constants;
  private final Map<String, Initializer> weights;

  /** An output: its declaration, and the value that it is. */
  private record Output(ValueInfoProto declared, String value) {}

  /** A tensor that is handed over apart from the graph, under a name that may be another. */
  private record Initializer(String name, TensorProto proto) {}

  private ExportedGraph(
      Path file,
      long opset,
      Map<String, ValueInfoProto> inputs,
      Map<String, Output> outputs,
      List<NodeProto> nodes,
      Map<String, TensorProto> constants,
      Map<String, Initializer> weights) {
    this.file = file;
    this.opset = opset;
    this.inputs = Collections.unmodifiableMap(inputs);
    this.outputs = Collections.unmodifiableMap(outputs);
    this.nodes = List.copyOf(nodes);
    this.constants = Collections.unmodifiableMap(constants);
    this.weights = Collections.unmodifiableMap(weights);
  }

  static ExportedGraph of(Path file, long opset, GraphProto graph) {
    Map<String, TensorProto> constants = new LinkedHashMap<>();
    Map<String, Initializer> weights = new LinkedHashMap<>();
    sort(file, graph.getInitializerList(), constants, weights);
    Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
    for (ValueInfoProto input : graph.getInputList()) {
      // Old files list initializers among the inputs, as their defaults.
      if (!constants.containsKey(input.getName()) && !weights.containsKey(input.getName())) {
        inputs.put(input.getName(), input);
      }
    }
    Map<String, Output> outputs = new LinkedHashMap<>();
    graph.getOutputList().forEach(o -> outputs.put(o.getName(), new Output(o, o.getName())));
    return new ExportedGraph(
        file,
        Math.max(opset, OpsetUpgrade.TARGET),
        inputs,
        outputs,
        new OpsetUpgrade(opset).nodes(graph),
        constants,
        weights);
  }

  /** Tells weights, which are handed over by address, from constants, which stay in the graph. */
  private static void sort(
      Path file,
      List<TensorProto> initializers,
      Map<String, TensorProto> constants,
      Map<String, Initializer> weights) {
    for (TensorProto tensor : initializers) {
      if (Initializers.isWeight(file, tensor)) {
        weights.put(tensor.getName(), new Initializer(tensor.getName(), tensor));
      } else {
        constants.put(tensor.getName(), Initializers.embedded(file, tensor));
      }
    }
  }

  /**
   * One branch of a graph that is all one {@code If}.
   *
   * @param condition the input that decides
   * @param decision which branch: {@code then} for true
   * @return the branch as a graph of its own
   * @throws UnusableFileException if the graph is not of that kind
   */
  public ExportedGraph branch(String condition, boolean decision) {
    List<NodeProto> forks =
        nodes.stream()
            .filter(node -> node.getOpType().equals("If") && node.getInput(0).equals(condition))
            .toList();
    if (forks.size() != 1 || !inputs.containsKey(condition)) {
      throw wrong("expected one If on an input '%s', found %d".formatted(condition, forks.size()));
    }
    NodeProto fork = forks.get(0);
    GraphProto body = body(fork, decision ? "then_branch" : "else_branch");
    if (body.getOutputCount() != fork.getOutputCount()) {
      throw wrong(
          "branches of '%s': expected %d outputs, found %d"
              .formatted(condition, fork.getOutputCount(), body.getOutputCount()));
    }
    Map<String, Output> branchOutputs = new LinkedHashMap<>();
    for (int i = 0; i < body.getOutputCount(); i++) {
      Output outer = outputs.get(fork.getOutput(i));
      if (outer != null) {
        branchOutputs.put(
            fork.getOutput(i), new Output(outer.declared(), body.getOutput(i).getName()));
      }
    }
    List<NodeProto> branchNodes = new ArrayList<>(nodes);
    branchNodes.remove(fork);
    branchNodes.addAll(body.getNodeList());
    Map<String, TensorProto> branchConstants = new LinkedHashMap<>(constants);
    Map<String, Initializer> branchWeights = new LinkedHashMap<>(weights);
    sort(file, body.getInitializerList(), branchConstants, branchWeights);
    Map<String, ValueInfoProto> branchInputs = new LinkedHashMap<>(inputs);
    branchInputs.remove(condition);
    return new ExportedGraph(
        file, opset, branchInputs, branchOutputs, branchNodes, branchConstants, branchWeights);
  }

  private GraphProto body(NodeProto fork, String name) {
    return fork.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .map(AttributeProto::getG)
        .findFirst()
        .orElseThrow(() -> wrong("expected an If with a " + name + ", found none"));
  }

  /**
   * The file that the graph comes from.
   *
   * @return its path, for messages
   */
  public Path file() {
    return file;
  }

  /**
   * The version of ONNX's operators.
   *
   * @return 18 or more
   */
  public long opset() {
    return opset;
  }

  /**
   * What it reads.
   *
   * @return declarations by name, in the file's order
   */
  public Map<String, ValueInfoProto> inputs() {
    return inputs;
  }

  /**
   * One of the {@link #inputs}.
   *
   * @throws UnusableFileException if there is none of that name
   */
  public ValueInfoProto input(String name) {
    return known("input", name, inputs);
  }

  /**
   * What it computes.
   *
   * @return declarations by name, in the file's order
   */
  public Map<String, ValueInfoProto> outputs() {
    Map<String, ValueInfoProto> declared = new LinkedHashMap<>();
    outputs.forEach((name, output) -> declared.put(name, output.declared()));
    return declared;
  }

  /**
   * One of the {@link #outputs}.
   *
   * @throws UnusableFileException if there is none of that name
   */
  public ValueInfoProto output(String name) {
    return known("output", name, outputs).declared();
  }

  /**
   * The value that an output is.
   *
   * @param output the output's name
   * @return the value's name
   * @throws UnusableFileException if there is none of that name
   */
  public String value(String output) {
    return known("output", output, outputs).value();
  }

  /**
   * The operations.
   *
   * @return nodes in an order of computation
   */
  public List<NodeProto> nodes() {
    return nodes;
  }

  /**
   * The node that makes each value.
   *
   * @return nodes by the names of their outputs
   */
  public Map<String, NodeProto> producers() {
    Map<String, NodeProto> producers = new HashMap<>();
    nodes.forEach(node -> node.getOutputList().forEach(name -> producers.put(name, node)));
    return producers;
  }

  /**
   * The nodes that values need.
   *
   * @param needed names of the values; all that those nodes read is added
   * @param given names of values that need no node
   * @return nodes in an order of computation
   */
  public List<NodeProto> needed(Set<String> needed, Set<String> given) {
    Deque<NodeProto> found = new ArrayDeque<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      if (node.getOutputList().stream().anyMatch(o -> needed.contains(o) && !given.contains(o))) {
        found.addFirst(node);
        addReads(node, needed);
      }
    }
    return List.copyOf(found);
  }

  /**
   * What a node reads, in its bodies too; names of a body's own do no harm.
   *
   * @param node the node
   * @param reads names of values; those that it reads are added
   */
  public static void addReads(NodeProto node, Set<String> reads) {
    reads.addAll(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        attribute.getG().getNodeList().forEach(inner -> addReads(inner, reads));
        attribute.getG().getOutputList().forEach(output -> reads.add(output.getName()));
      }
    }
  }

  /**
   * What some of the outputs need, and no more.
   *
   * @param names names of outputs
   * @return a graph
   * @throws UnusableFileException if one of them is missing
   */
  public ExportedGraph part(List<String> names) {
    Map<String, Output> kept = new LinkedHashMap<>(outputs);
    kept.keySet().retainAll(names);
    if (kept.size() != names.size()) {
      throw wrong("expected outputs %s, found %s".formatted(names, outputs.keySet()));
    }
    Set<String> needed = new HashSet<>();
    kept.values().forEach(output -> needed.add(output.value()));
    List<NodeProto> keptNodes = needed(needed, Set.of());
    Map<String, ValueInfoProto> keptInputs = new LinkedHashMap<>(inputs);
    keptInputs.keySet().retainAll(needed);
    Map<String, TensorProto> keptConstants = new LinkedHashMap<>(constants);
    keptConstants.keySet().retainAll(needed);
    Map<String, Initializer> keptWeights = new LinkedHashMap<>(weights);
    keptWeights.keySet().retainAll(needed);
    return new ExportedGraph(file, opset, keptInputs, kept, keptNodes, keptConstants, keptWeights);
  }

  /**
   * Small tensors and integers, data included.
   *
   * @return tensors by name
   */
  public Map<String, TensorProto> constants() {
    return constants;
  }

  /**
   * Large tensors, whose data is handed over apart.
   *
   * @return by the name that nodes use, the tensor's declaration
   */
  public Map<String, TensorProto> weights() {
    Map<String, TensorProto> protos = new LinkedHashMap<>();
    weights.forEach((name, weight) -> protos.put(name, weight.proto()));
    return protos;
  }

  /**
   * One of the {@link #weights}.
   *
   * @throws UnusableFileException if there is none of that name
   */
  public TensorProto weight(String name) {
    return known("weight", name, weights).proto();
  }

  /**
   * The name under which a weight is handed over.
   *
   * @param name the name that nodes use
   * @return the weight's name among all of the model
   * @throws UnusableFileException if there is none of that name
   */
  public String weightName(String name) {
    return known("weight", name, weights).name();
  }

  /**
   * The data of a weight.
   *
   * @param name the name that nodes use
   * @return the tensor, mapped
   * @throws UnusableFileException if there is none of that name, or its data is missing or has
   *     another length
   */
  public StoredTensor tensor(String name) {
    return Initializers.stored(file, weight(name));
  }

  private <T> T known(String what, String name, Map<String, T> all) {
    T known = all.get(name);
    if (known == null) {
      throw wrong("%s '%s': expected it among %d, found none".formatted(what, name, all.size()));
    }
    return known;
  }

  /**
   * The same graph with its weights under the names that {@link ExportedWriter} gave them.
   *
   * @return a graph
   */
  public ExportedGraph namedAsWritten() {
    return named(name -> weight(name).getDocString());
  }

  /**
   * The same graph with its weights under other names.
   *
   * @param names from the name that nodes use to the name among all of the model
   * @return a graph
   */
  public ExportedGraph named(UnaryOperator<String> names) {
    Map<String, Initializer> renamed = new LinkedHashMap<>();
    weights.forEach((n, weight) -> renamed.put(n, new Initializer(names.apply(n), weight.proto())));
    return new ExportedGraph(file, opset, inputs, outputs, nodes, constants, renamed);
  }

  /**
   * What is wrong with the file.
   *
   * @param problem what was expected and what was found
   * @return the exception to throw
   */
  public UnusableFileException wrong(String problem) {
    return new UnusableFileException(file, problem);
  }
}
