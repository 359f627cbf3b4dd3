package io.github.close4j.onnx.cuda;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.close4j.onnx.internal.graph.GraphModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where ONNX Runtime would put the nodes of a graph that is opened on CUDA, and which values it
 * would copy between the processor and the GPU.
 *
 * <p>Three rules of ONNX Runtime, in its order: a node without a CUDA kernel goes to the processor;
 * so does one that computes from what only the processor knows, as shapes ({@code
 * fallback_cpu_capability.cc}); and a value is copied by a Memcpy node where it is made on one side
 * and read on the other ({@code transformer_memcpy.cc}).
 */
public final class CudaPlacement {
  /** Constants of at most so many elements may be read on either side. */
  private static final int SMALL = 100;

  private final CudaKernels kernels = CudaKernels.read();
  private final List<Placed> graphs = new ArrayList<>();

  /**
   * One graph: the outermost, or a loop's body.
   *
   * @param loop whether it is a body
   * @param withoutKernel nodes that CUDA cannot run: operator and types
   * @param onHost outputs of nodes that go to the processor: operator and type
   * @param copies values that Memcpy nodes copy: type, name and where to
   * @param awaited values of the GPU that a body's nodes read on the processor, so that it waits
   *     for them in every iteration
   */
  public record Placed(
      boolean loop,
      Set<String> withoutKernel,
      Set<String> onHost,
      Set<String> copies,
      Set<String> awaited) {}

  /** Names that a graph sees; those of its outer graphs too. */
  private static final class Scope {
    final @Nullable Scope outer;
    final Map<String, DataType> types = new HashMap<>();

    /** Constants and their numbers of elements. */
    final Map<String, Long> constants = new HashMap<>();

    final Set<String> inputs = new HashSet<>();

    Scope(@Nullable Scope outer) {
      this.outer = outer;
    }

    @Nullable DataType type(String name) {
      DataType type = types.get(name);
      return type != null || outer == null ? type : outer.type(name);
    }

    boolean isSmallConstant(String name) {
      return isConstant(name) && elements(name) <= SMALL;
    }

    boolean isConstant(String name) {
      return constants.containsKey(name) || outer != null && outer.isConstant(name);
    }

    long elements(String constant) {
      Long size = constants.get(constant);
      return size != null || outer == null ? size : outer.elements(constant);
    }
  }

  /** A node, its kernel, and whether the kernel is there for its types. */
  private record Candidate(
      NodeProto node, CudaKernels.Kernel kernel, boolean hasKernel, List<DataType> outputs) {}

  private CudaPlacement() {}

  /**
   * Places the nodes of a graph.
   *
   * @param model the graph
   * @return the graph, and the body of its loop if it has one
   */
  public static List<Placed> of(GraphModel model) {
    try {
      ModelProto proto = ModelProto.parseFrom(model.bytes());
      proto.getOpsetImportList().stream()
          .filter(opset -> opset.getDomain().isEmpty() && opset.getVersion() != CudaKernels.OPSET)
          .forEach(
              opset -> {
                throw new IllegalStateException("kernels.txt is not of " + opset);
              });
      CudaPlacement placement = new CudaPlacement();
      placement.place(proto.getGraph(), new Scope(null));
      return placement.graphs;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private void place(GraphProto graph, Scope scope) {
    for (TensorProto constant : graph.getInitializerList()) {
      scope.types.put(constant.getName(), DataType.forNumber(constant.getDataType()));
      scope.constants.put(constant.getName(), elements(constant));
    }
    for (ValueInfoProto input : graph.getInputList()) {
      scope.types.put(input.getName(), type(input));
      scope.inputs.add(input.getName());
    }
    List<Candidate> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        addConstant(node, scope);
        continue;
      }
      Candidate candidate = candidate(node, scope);
      if (node.getInputList().stream().allMatch(scope::isConstant)) {
        // ONNX Runtime computes it when it opens the graph.
        node.getOutputList().forEach(name -> scope.constants.put(name, foldedSize(node, scope)));
      } else {
        nodes.add(candidate);
      }
    }
    graphs.add(placed(nodes, scope));
  }

  private static DataType type(ValueInfoProto value) {
    return DataType.forNumber(value.getType().getTensorType().getElemType());
  }

  private static long elements(TensorProto constant) {
    return constant.getDimsList().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  private static void addConstant(NodeProto node, Scope scope) {
    TensorProto value = node.getAttribute(0).getT();
    scope.types.put(node.getOutput(0), DataType.forNumber(value.getDataType()));
    scope.constants.put(node.getOutput(0), elements(value));
  }

  /** Of what is computed from constants; too many where it is not a list made of lists. */
  private static long foldedSize(NodeProto node, Scope scope) {
    boolean isList = node.getOpType().equals("Concat") || node.getOpType().equals("Unsqueeze");
    return isList ? node.getInputList().stream().mapToLong(scope::elements).sum() : SMALL + 1;
  }

  private Candidate candidate(NodeProto node, Scope scope) {
    CudaKernels.Kernel kernel = kernels.of(node);
    List<@Nullable DataType> inputs = new ArrayList<>();
    for (String input : node.getInputList()) {
      DataType type = input.isEmpty() ? null : scope.type(input);
      if (!input.isEmpty() && type == null) {
        throw new IllegalStateException(node.getName() + ": no type of " + input);
      }
      inputs.add(type);
    }
    List<DataType> outputs = new ArrayList<>();
    for (int i = 0; i < node.getOutputCount(); i++) {
      DataType type = kernel.output(i, node, inputs);
      outputs.add(type != null ? type : type(body(node).getOutput(i + 1)));
      scope.types.put(node.getOutput(i), outputs.get(i));
    }
    node.getAttributeList().stream()
        .filter(AttributeProto::hasG)
        .forEach(attribute -> place(attribute.getG(), new Scope(scope)));
    return new Candidate(node, kernel, kernel.takes(inputs), outputs);
  }

  private static GraphProto body(NodeProto loop) {
    return loop.getAttributeList().stream()
        .filter(AttributeProto::hasG)
        .findFirst()
        .orElseThrow()
        .getG();
  }

  private static Placed placed(List<Candidate> nodes, Scope scope) {
    Set<Integer> host = new HashSet<>();
    Set<String> withoutKernel = new TreeSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (!nodes.get(i).hasKernel()) {
        host.add(i);
        withoutKernel.add(nodes.get(i).node().getOpType() + " to " + nodes.get(i).outputs());
      }
    }
    host.addAll(hostPreferred(nodes, scope));
    Set<String> onHost = new TreeSet<>();
    host.forEach(
        i -> onHost.add(nodes.get(i).node().getOpType() + " to " + nodes.get(i).outputs()));
    Traffic traffic = new Traffic();
    for (int i = 0; i < nodes.size(); i++) {
      traffic.add(nodes.get(i), host.contains(i));
    }
    return new Placed(
        scope.outer != null, withoutKernel, onHost, traffic.copies(scope), traffic.awaited(scope));
  }

  /** Nodes that compute from shapes alone, beginning behind those that put them out. */
  private static Set<Integer> hostPreferred(List<Candidate> nodes, Scope scope) {
    Map<String, List<Integer>> readers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String input : nodes.get(i).node().getInputList()) {
        readers.computeIfAbsent(input, name -> new ArrayList<>()).add(i);
      }
    }
    Set<String> known = new HashSet<>();
    PriorityQueue<Integer> candidates = new PriorityQueue<>();
    for (Candidate candidate : nodes) {
      for (int i = 0; i < candidate.node().getOutputCount(); i++) {
        if (candidate.hasKernel() && candidate.kernel().writesOnHost(i)) {
          known.add(candidate.node().getOutput(i));
          candidates.addAll(readers.getOrDefault(candidate.node().getOutput(i), List.of()));
        }
      }
    }
    Set<Integer> visited = new HashSet<>();
    Set<Integer> preferred = new HashSet<>();
    while (!candidates.isEmpty()) {
      int i = candidates.remove();
      if (visited.add(i) && isHostPreferred(nodes.get(i), scope, known)) {
        preferred.add(i);
        for (String output : nodes.get(i).node().getOutputList()) {
          known.add(output);
          candidates.addAll(readers.getOrDefault(output, List.of()));
        }
      }
    }
    return preferred;
  }

  private static boolean isHostPreferred(Candidate candidate, Scope scope, Set<String> known) {
    if (!candidate.hasKernel()) {
      return true;
    }
    for (int i = 0; i < candidate.node().getInputCount(); i++) {
      String input = candidate.node().getInput(i);
      if (scope.type(input) == DataType.FLOAT16) {
        return false;
      }
      boolean mayBeAnywhere =
          input.isEmpty() || scope.isSmallConstant(input) || scope.inputs.contains(input);
      if (!mayBeAnywhere && (!known.contains(input) || candidate.kernel().readsOnHost(i))) {
        return false;
      }
    }
    return true;
  }

  /** Which values are made and read on which side. */
  private static final class Traffic {
    private final Set<String> madeOnHost = new TreeSet<>();
    private final Set<String> madeOnGpu = new TreeSet<>();
    private final Set<String> readOnHost = new TreeSet<>();
    private final Set<String> readOnGpu = new TreeSet<>();

    void add(Candidate candidate, boolean onHost) {
      NodeProto node = candidate.node();
      for (int i = 0; i < node.getInputCount(); i++) {
        boolean host = onHost || candidate.kernel().readsOnHost(i);
        (host ? readOnHost : readOnGpu).add(node.getInput(i));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        boolean host = onHost || candidate.kernel().writesOnHost(i);
        (host ? madeOnHost : madeOnGpu).add(node.getOutput(i));
      }
      readOnHost.remove("");
      readOnGpu.remove("");
    }

    Set<String> copies(Scope scope) {
      Set<String> copies = new TreeSet<>();
      for (String name : readOnGpu) {
        boolean here = scope.types.containsKey(name);
        boolean bothSides = readOnHost.contains(name);
        // A constant of this graph that both sides read is kept on both.
        boolean twoReaders = bothSides && (scope.inputs.contains(name) || !here);
        if (madeOnHost.contains(name) || twoReaders) {
          copies.add(scope.type(name) + " " + name + " to the GPU");
        }
      }
      madeOnGpu.stream()
          .filter(readOnHost::contains)
          .forEach(name -> copies.add(scope.type(name) + " " + name + " to the host"));
      return copies;
    }

    /**
     * Of a body: what it is given and reads on the host, but for constants. An input of the
     * outermost graph that only the body reads is brought to the GPU first.
     */
    Set<String> awaited(Scope scope) {
      Set<String> awaited = new TreeSet<>();
      if (scope.outer == null) {
        return awaited;
      }
      for (String name : readOnHost) {
        boolean given = scope.inputs.contains(name) || !scope.types.containsKey(name);
        if (given && !scope.isConstant(name)) {
          awaited.add(name);
        }
      }
      return awaited;
    }
  }
}
