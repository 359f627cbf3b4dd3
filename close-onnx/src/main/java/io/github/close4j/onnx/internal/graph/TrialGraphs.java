package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Graphs that are run once to find something out. */
public final class TrialGraphs {
  private TrialGraphs() {}

  /**
   * The smallest graph that makes a device compute: {@code product} = {@code x} · {@code x} ·
   * {@code x}, floats of shape [1,1,1,1]. The first product takes CUDA's library of matrices, the
   * second that of convolutions (cuDNN), which ONNX Runtime loads only when it is needed.
   */
  public static GraphModel cube() {
    GraphBuilder g = new GraphBuilder("probe", new WeightBank());
    Value x = g.input("x", ElementType.FLOAT, 1, 1, 1, 1);
    Value product = g.op("Conv", g.op("MatMul", x, x), x);
    g.output("product", product, ElementType.FLOAT, 1, 1, 1, 1);
    return g.model();
  }

  /**
   * All of an exported graph, with its own inputs and outputs, to see whether it can be run at all.
   *
   * @param graph the exported graph
   * @param prefix stands before the names of its weights in {@code weights}
   * @param weights holds its weights
   * @throws io.github.close4j.UnusableFileException if it reads what is not there
   */
  public static GraphModel whole(ExportedGraph graph, String prefix, WeightBank weights) {
    GraphBuilder g = new GraphBuilder("exported", weights);
    Map<String, Value> inputs = new HashMap<>();
    for (ValueInfoProto input : graph.inputs().values()) {
      inputs.put(input.getName(), g.input(input.getName(), type(graph, input), shape(input)));
    }
    List<String> names = List.copyOf(graph.outputs().keySet());
    List<Value> outputs =
        new Inliner(graph, prefix, weights)
            .inline(g, inputs, names.stream().map(graph::value).toList());
    for (int i = 0; i < names.size(); i++) {
      ValueInfoProto declared = graph.output(names.get(i));
      g.output("out" + i, outputs.get(i), type(graph, declared), shape(declared));
    }
    return g.model();
  }

  private static ElementType type(ExportedGraph graph, ValueInfoProto value) {
    return switch (value.getType().getTensorType().getElemType()) {
      case TensorProto.DataType.FLOAT_VALUE -> ElementType.FLOAT;
      case TensorProto.DataType.FLOAT16_VALUE -> ElementType.FLOAT16;
      case TensorProto.DataType.INT64_VALUE -> ElementType.INT64;
      default ->
          throw graph.wrong(
              "'%s': expected floats or 64-bit integers, found another type"
                  .formatted(value.getName()));
    };
  }

  private static Object[] shape(ValueInfoProto value) {
    TypeProto.Tensor type = value.getType().getTensorType();
    List<Object> shape = new ArrayList<>();
    for (TensorShapeProto.Dimension dimension : type.getShape().getDimList()) {
      boolean isFixed = dimension.hasDimValue() && dimension.getDimValue() <= Integer.MAX_VALUE;
      shape.add(isFixed ? (Integer) (int) dimension.getDimValue() : dimension.getDimParam());
    }
    return shape.toArray();
  }
}
