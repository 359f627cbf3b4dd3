package io.github.close4j.onnx.internal.exported;

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
import java.util.Map;
import java.util.TreeMap;

/**
 * An ONNX graph in the making, with its weights in it: one tower of a CLIP, as exporters write it.
 * Values are known by their names. Constants are made where they are used.
 */
public final class TowerGraph {
  private static final int OPSET = 18;
  private static final int IR_VERSION = 10;
  private static final long FLOAT = TensorProto.DataType.FLOAT_VALUE;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private int values;

  public TowerGraph(String name) {
    graph.setName(name);
  }

  /** Declares an input of floats; a dimension is a {@code String} (open) or an {@code Integer}. */
  public String floats(String name, Object... dimensions) {
    graph.addInput(declared(name, TensorProto.DataType.FLOAT, dimensions));
    return name;
  }

  /** Declares an input of 64-bit integers; dimensions as {@link #floats}. */
  public String integers(String name, Object... dimensions) {
    graph.addInput(declared(name, TensorProto.DataType.INT64, dimensions));
    return name;
  }

  /** Declares a value as an output of another name. */
  public void output(String name, String value, Object... dimensions) {
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
  public String weight(String name, float[] elements, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * elements.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float element : elements) {
      bytes.putShort(Fp16Conversions.floatToFp16(element));
    }
    String halves = initializer(name, TensorProto.DataType.FLOAT16, bytes.flip(), shape);
    return cast(halves);
  }

  /** A constant number. */
  public String scalar(float element) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(0, element);
    return initializer(fresh("scalar"), TensorProto.DataType.FLOAT, bytes);
  }

  /** A constant list of whole numbers. */
  public String longs(long... elements) {
    return longs(new long[] {elements.length}, elements);
  }

  /** A constant whole number. */
  public String scalar(long element) {
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

  /** Casts a value to floats. */
  public String cast(String value) {
    return op("Cast", Map.of("to", FLOAT), value);
  }

  /** The one output of a new node without attributes. */
  public String op(String operator, String... inputs) {
    return op(operator, Map.of(), inputs);
  }

  /**
   * The one output of a new node.
   *
   * @param attributes by their names: {@code Long}, {@code Float} or {@code long[]}
   */
  public String op(String operator, Map<String, Object> attributes, String... inputs) {
    String output = fresh("value");
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(fresh(operator))
            .addAllInput(Arrays.asList(inputs))
            .addOutput(output);
    new TreeMap<>(attributes).forEach((name, value) -> node.addAttribute(attribute(name, value)));
    graph.addNode(node);
    return output;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long number) {
      attribute.setType(AttributeProto.AttributeType.INT).setI(number);
    } else if (value instanceof Float number) {
      attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number);
    } else {
      attribute.setType(AttributeProto.AttributeType.INTS);
      Arrays.stream((long[]) value).forEach(attribute::addInts);
    }
    return attribute.build();
  }

  private String fresh(String hint) {
    return hint + "_" + values++;
  }

  /** Writes the file, whole or not at all. */
  public void write(Path file) {
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
