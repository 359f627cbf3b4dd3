package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Nodes of opsets 13 to 17 as opset 18 writes them: reductions read their axes as an input, and
 * {@code Split} states its number of outputs. Other operators of exported transformers mean the
 * same.
 *
 * <p>Source: ONNX's {@code docs/Changelog.md}.
 */
final class OpsetUpgrade {
  /** The opset that nodes have afterwards, unless theirs is newer. */
  static final long TARGET = 18;

  private static final Set<String> REDUCTIONS =
      Set.of(
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceProd",
          "ReduceSumSquare");

  private final boolean isOld;

  OpsetUpgrade(long opset) {
    this.isOld = opset < TARGET;
  }

  List<NodeProto> nodes(GraphProto graph) {
    if (!isOld) {
      return graph.getNodeList();
    }
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      upgrade(node, nodes);
    }
    return nodes;
  }

  private void upgrade(NodeProto node, List<NodeProto> into) {
    NodeProto.Builder upgraded = node.toBuilder();
    for (AttributeProto.Builder attribute : upgraded.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        GraphProto body = attribute.getG();
        attribute.setG(body.toBuilder().clearNode().addAllNode(nodes(body)));
      }
    }
    if (REDUCTIONS.contains(node.getOpType())) {
      axesAsInput(upgraded, into);
    } else if (node.getOpType().equals("Split") && node.getInputCount() == 1) {
      upgraded.addAttribute(
          AttributeProto.newBuilder()
              .setName("num_outputs")
              .setType(AttributeProto.AttributeType.INT)
              .setI(node.getOutputCount()));
    }
    into.add(upgraded.build());
  }

  private static void axesAsInput(NodeProto.Builder node, List<NodeProto> into) {
    for (int i = 0; i < node.getAttributeCount(); i++) {
      if (node.getAttribute(i).getName().equals("axes") && node.getOutputCount() > 0) {
        String name = node.getOutput(0) + "/axes";
        into.add(constant(name, node.getAttribute(i).getIntsList()));
        node.removeAttribute(i).addInput(name);
        return;
      }
    }
  }

  private static NodeProto constant(String name, List<Long> values) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.size())
            .addAllInt64Data(values)
            .build();
    return NodeProto.newBuilder()
        .setOpType("Constant")
        .setName(name)
        .addOutput(name)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(tensor))
        .build();
  }
}
