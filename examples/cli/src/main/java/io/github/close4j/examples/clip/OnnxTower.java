package io.github.close4j.examples.clip;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import io.github.close4j.internal.io.WholeFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An ONNX graph in the making, with its weights in it: one tower of a CLIP, as exporters write it.
 * Values are known by their names.
 */
final class OnnxTower {
  private static final int OPSET = 18;
  private static final int IR_VERSION = 10;
  private static final long FLOAT = TensorProto.DataType.FLOAT_VALUE;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private int values;

  OnnxTower(String name) {
    graph.setName(name);
  }

  /** Declares an input; a dimension is a {@code String} (open) or an {@code Integer}. */
  String input(String name, TensorProto.DataType type, Object... dimensions) {
    graph.addInput(declared(name, type, dimensions));
    return name;
  }

  /** Declares a value as an output of another name. */
  void output(String name, String value, Object... dimensions) {
    graph.addNode(
        NodeProto.newBuilder().setOpType("Identity").addInput(value).addOutput(name).build());
    graph.addOutput(declared(name, TensorProto.DataType.FLOAT, dimensions));
  }

  private static ValueInfoProto declared(
      String name, TensorProto.DataType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder one = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(
          dimension instanceof String open
              ? one.setDimParam(open)
              : one.setDimValue((Integer) dimension));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** A weight, kept in 16-bit floats and widened when the graph is loaded. */
  String weight(String name, float[] elements, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * elements.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float element : elements) {
      bytes.putShort(Fp16Conversions.floatToFp16(element));
    }
    String halves = initializer(name, TensorProto.DataType.FLOAT16, bytes.flip(), shape);
    return add(node("Cast", halves).addAttribute(attribute("to", FLOAT)));
  }

  /** A constant number. */
  String scalar(float element) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(0, element);
    return initializer(fresh("scalar"), TensorProto.DataType.FLOAT, bytes);
  }

  /** A constant list of whole numbers. */
  String longs(long... elements) {
    return longs(new long[] {elements.length}, elements);
  }

  /** A constant whole number. */
  String scalar(long element) {
    return longs(new long[0], element);
  }

  private String longs(long[] shape, long... elements) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES * elements.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(elements);
    return initializer(fresh("longs"), TensorProto.DataType.INT64, bytes, shape);
  }

  private String initializer(
      String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    Arrays.stream(shape).forEach(tensor::addDims);
    graph.addInitializer(tensor);
    return name;
  }

  /** A node of one output without attributes. */
  String op(String operator, String... inputs) {
    return add(node(operator, inputs));
  }

  NodeProto.Builder node(String operator, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(fresh(operator))
        .addAllInput(Arrays.asList(inputs));
  }

  /** Adds a node of one output. */
  String add(NodeProto.Builder node) {
    String output = fresh("value");
    graph.addNode(node.addOutput(output));
    return output;
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto attribute(String name, long[] values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute.build();
  }

  private String fresh(String hint) {
    return hint + "_" + values++;
  }

  /** Writes the file, whole or not at all. */
  void write(Path file) {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("close4j")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(graph)
            .build();
    WholeFile.writeBytes(file, model::writeTo);
  }
}
