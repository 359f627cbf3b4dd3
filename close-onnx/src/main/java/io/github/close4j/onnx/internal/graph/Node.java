package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A node that is being described; one of the {@code output} methods adds it to its graph. */
final class Node {
  private final GraphBuilder graph;
  private final NodeProto.Builder proto;

  Node(GraphBuilder graph, String domain, String operator, List<Value> inputs) {
    this.graph = graph;
    this.proto =
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(operator)
            .setName(graph.freshName(operator));
    inputs.forEach(input -> proto.addInput(input.name()));
  }

  Node attribute(String name, long value) {
    proto.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.INT)
            .setI(value));
    return this;
  }

  Node attribute(String name, float value) {
    proto.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.FLOAT)
            .setF(value));
    return this;
  }

  Node attribute(String name, String value) {
    proto.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(value)));
    return this;
  }

  Node attribute(String name, long[] values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    proto.addAttribute(attribute);
    return this;
  }

  Node attribute(String name, GraphBuilder body) {
    proto.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(body.proto()));
    return this;
  }

  Value output() {
    return outputs(1).get(0);
  }

  List<Value> outputs(int count) {
    return outputsAt(IntStream.range(0, count).toArray());
  }

  /** The outputs at the given places, in rising order; those between are left out. */
  List<Value> outputsAt(int... places) {
    List<Value> outputs = new ArrayList<>();
    for (int place : places) {
      while (proto.getOutputCount() < place) {
        proto.addOutput(Value.ABSENT.name());
      }
      Value output = new Value(graph.freshName(proto.getOpType() + "_out"));
      proto.addOutput(output.name());
      outputs.add(output);
    }
    graph.add(proto.build());
    return outputs;
  }
}
