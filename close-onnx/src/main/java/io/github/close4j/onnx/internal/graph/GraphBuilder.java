package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.base.Suppliers;
import com.google.protobuf.ByteString;
import io.github.close4j.onnx.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Builds an ONNX graph node by node. A body made by {@link #body} sees its outer graph's values by
 * name; constants and weights are all declared in the outermost graph.
 *
 * <p>No body shares a constant with its outer graph. ONNX Runtime keeps a constant where its
 * readers are: one that the outer graph's host reads, and a loop's body on the GPU, would be copied
 * in every iteration.
 *
 * <p>Weights stay out of the graph: it only declares them, and the session gets them from the
 * model's memory-mapped files.
 */
final class GraphBuilder {
  static final int OPSET = 18;
  static final int IR_VERSION = 10;

  /** Domain of ONNX Runtime's own operators. */
  static final String CONTRIB = "com.microsoft";

  /** {@code accuracy_level} of MatMulNBits that multiplies in eight bits. */
  private static final int INT8_PRODUCTS = 4;

  private final GraphProto.Builder proto = GraphProto.newBuilder();
  private final Root root;

  /** Stands before the names of constants. */
  private final String scope;

  /** What all bodies of a graph share. */
  private static final class Root {
    final GraphProto.Builder proto;
    final WeightBank weights;
    final Map<String, Weight> used = new LinkedHashMap<>();
    final Map<String, Value> constants = new HashMap<>();
    long opset = OPSET;
    int names;

    Root(GraphProto.Builder proto, WeightBank weights) {
      this.proto = proto;
      this.weights = weights;
    }
  }

  GraphBuilder(String name, WeightBank weights) {
    this.root = new Root(proto, weights);
    this.scope = "";
    proto.setName(name);
  }

  private GraphBuilder(String name, Root root) {
    this.root = root;
    this.scope = name + "/";
    proto.setName(name);
  }

  /** A graph to be an attribute of a node of this one. */
  GraphBuilder body(String name) {
    return new GraphBuilder(name, root);
  }

  // Values ------------------------------------------------------------------------------------

  /** Declares an input; a dimension is a {@code String} (symbolic) or an {@code Integer}. */
  Value input(String name, ElementType type, Object... dimensions) {
    proto.addInput(declared(name, type, dimensions));
    return new Value(name);
  }

  /** Declares an output that has the given name. */
  void output(String name, Value value, ElementType type, Object... dimensions) {
    proto.addNode(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName(freshName("Identity"))
            .addInput(value.name())
            .addOutput(name));
    proto.addOutput(declared(name, type, dimensions));
  }

  /** An input or output; a dimension is a {@code String} (symbolic) or an {@code Integer}. */
  private static ValueInfoProto declared(String name, ElementType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder described = TensorShapeProto.Dimension.newBuilder();
      if (dimension instanceof String symbol) {
        described.setDimParam(symbol);
      } else {
        described.setDimValue((Integer) dimension);
      }
      shape.addDim(described);
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.code).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  Value scalar(long value) {
    return longs("scalar_" + value, new long[0], value);
  }

  /** A number of an axis: a constant of its own, as the host reads it, and other scalars a GPU. */
  Value axis(long number) {
    return longs("axis_" + number, new long[0], number);
  }

  Value longs(long... values) {
    return longs("longs_" + Arrays.toString(values), new long[] {values.length}, values);
  }

  Value scalar(float value) {
    ByteBuffer data = littleEndian(Float.BYTES).putFloat(0, value);
    return constant("float_" + value, ElementType.FLOAT, data, new long[0]);
  }

  Value scalar(boolean value) {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {(byte) (value ? 1 : 0)});
    return constant("bool_" + value, ElementType.BOOL, data, new long[0]);
  }

  Value floats(float... values) {
    ByteBuffer data = littleEndian(Float.BYTES * values.length);
    data.asFloatBuffer().put(values);
    return constant(
        "floats_" + Arrays.toString(values), ElementType.FLOAT, data, new long[] {values.length});
  }

  /** A constant that others wrote, under a fresh name. */
  Value tensor(TensorProto tensor) {
    String name = freshName("constant");
    root.proto.addInitializer(tensor.toBuilder().setName(name));
    return new Value(name);
  }

  /** A tensor of the model by its name in the {@link WeightBank}. */
  Value weight(String name) {
    if (!root.used.containsKey(name)) {
      Weight weight = root.weights.get(name);
      root.used.put(name, weight);
      root.proto.addInitializer(weight.declaration(name));
    }
    return new Value(name);
  }

  /** The rows of several weights one after the other, in {@link #productType()}. */
  Value stacked(String name, String... parts) {
    return weight(root.weights.stack(name, parts));
  }

  // Nodes -------------------------------------------------------------------------------------

  Node node(String operator, Value... inputs) {
    return new Node(this, "", operator, List.of(inputs));
  }

  Node node(String operator, List<Value> inputs) {
    return new Node(this, "", operator, inputs);
  }

  Node contrib(String operator, Value... inputs) {
    return new Node(this, CONTRIB, operator, List.of(inputs));
  }

  Value op(String operator, Value... inputs) {
    return node(operator, inputs).output();
  }

  Value concat(int axis, Value... values) {
    return node("Concat", values).attribute("axis", axis).output();
  }

  Value transpose(Value x, long... permutation) {
    return node("Transpose", x).attribute("perm", permutation).output();
  }

  Value gather(Value x, Value indices, int axis) {
    return node("Gather", x, indices).attribute("axis", axis).output();
  }

  /**
   * One place of an axis, which stays with length 1; negative places count from the end. The host
   * reads a Slice's places as it does all axes, so that a constant has readers of one kind; those
   * of Gather a GPU reads.
   */
  Value at(Value x, int place, int axis) {
    int end = place == -1 ? Integer.MAX_VALUE : place + 1;
    return op("Slice", x, longs(place), longs(end), longs(axis));
  }

  Value cast(Value x, ElementType type) {
    return node("Cast", x).attribute("to", type.code).output();
  }

  /** One dimension of {@code x}, as an int64 tensor of one element. */
  Value dimension(Value x, int axis) {
    return node("Shape", x).attribute("start", axis).attribute("end", axis + 1).output();
  }

  // Products ----------------------------------------------------------------------------------

  /** The type of the factors and results of products. */
  ElementType productType() {
    return isHalf() ? ElementType.FLOAT16 : ElementType.FLOAT;
  }

  /** 32-bit floats as factors of products; an absent value stays absent. */
  Value narrow(Value x) {
    return isHalf() && !x.isAbsent() ? cast(x, ElementType.FLOAT16) : x;
  }

  /** Results of products as 32-bit floats. */
  Value widen(Value x) {
    return isHalf() ? cast(x, ElementType.FLOAT) : x;
  }

  /** A tensor of the model's files in {@link #productType()}. */
  Value narrowWeight(String name) {
    return weight(isHalf() ? root.weights.half(name) : name);
  }

  /**
   * {@code x · weightᵀ}, the weight as checkpoints store it, [out, in]; x and the product are of
   * {@link #productType()}.
   */
  Value linear(Value x, String weight) {
    return isQuantized()
        ? quantizedLinear(x, weight, root.weights.shape(weight), Value.ABSENT)
        : product(x, narrowWeight(weight));
  }

  /** As {@link #linear}, in 32-bit floats also where other products are made in 16 bits. */
  Value wideLinear(Value x, String weight) {
    return isHalf() ? product(x, weight(weight)) : linear(x, weight);
  }

  /** {@code x · weightᵀ + bias} with the weights {@code name.weight} and {@code name.bias}. */
  Value affine(Value x, String name) {
    String matrix = name + ".weight";
    Value bias = narrowWeight(name + ".bias");
    return isQuantized()
        ? quantizedLinear(x, matrix, root.weights.shape(matrix), bias)
        : op("Add", linear(x, matrix), bias);
  }

  /** {@code x} times several matrices of one shape, which get the given name together. */
  List<Value> linears(Value x, String name, String... matrices) {
    String stacked = root.weights.stack(name, matrices);
    long[] shape = root.weights.shape(matrices[0]);
    shape[0] *= matrices.length;
    Value products =
        isQuantized()
            ? quantizedLinear(x, stacked, shape, Value.ABSENT)
            : product(x, weight(stacked));
    return node("Split", products)
        .attribute("axis", -1)
        .attribute("num_outputs", matrices.length)
        .outputs(matrices.length);
  }

  private boolean isHalf() {
    return root.weights.precision() == Precision.FLOAT16;
  }

  private boolean isQuantized() {
    return root.weights.precision() == Precision.INT8;
  }

  private Value product(Value x, Value weight) {
    return contrib("FusedMatMul", x, weight).attribute("transB", 1).output();
  }

  private Value quantizedLinear(Value x, String weight, long[] shape, Value bias) {
    WeightBank weights = root.weights;
    Supplier<BlockQuantization> quantized =
        Suppliers.memoize(() -> BlockQuantization.of(weights.read(weight)));
    Value codes = weight(weights.derive(weight + ".codes", () -> quantized.get().codes()));
    Value scales = weight(weights.derive(weight + ".scales", () -> quantized.get().scales()));
    return contrib("MatMulNBits", x, codes, scales, Value.ABSENT, Value.ABSENT, bias)
        .attribute("N", shape[0])
        .attribute("K", shape[1])
        .attribute("bits", BlockQuantization.BITS)
        .attribute("block_size", BlockQuantization.BLOCK)
        .attribute("accuracy_level", INT8_PRODUCTS)
        .output();
  }

  // Model -------------------------------------------------------------------------------------

  GraphModel model() {
    byte[] bytes =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("close4j")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(root.opset))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(CONTRIB).setVersion(1))
            .setGraph(proto)
            .build()
            .toByteArray();
    return new GraphModel(bytes, Map.copyOf(root.used));
  }

  GraphProto proto() {
    return proto.build();
  }

  /** Lets the graph hold operators of a newer opset; ours mean the same there. */
  void requireOpset(long opset) {
    root.opset = Math.max(root.opset, opset);
  }

  void add(NodeProto node) {
    proto.addNode(node);
  }

  String freshName(String hint) {
    return hint + "_" + root.names++;
  }

  private Value longs(String name, long[] shape, long... values) {
    ByteBuffer data = littleEndian(Long.BYTES * values.length);
    data.asLongBuffer().put(values);
    return constant(name, ElementType.INT64, data, shape);
  }

  private Value constant(String name, ElementType type, ByteBuffer data, long[] shape) {
    return root.constants.computeIfAbsent(
        scope + name,
        key -> {
          TensorProto.Builder tensor =
              TensorProto.newBuilder()
                  .setName(key)
                  .setDataType(type.code)
                  .setRawData(ByteString.copyFrom(data));
          Arrays.stream(shape).forEach(tensor::addDims);
          root.proto.addInitializer(tensor);
          return new Value(key);
        });
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
