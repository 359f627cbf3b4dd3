package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.close4j.internal.tensor.FileRegion;

/** What a graph says of values that come from outside it, and of those that leave it. */
final class Declarations {
  private Declarations() {}

  /** An initializer whose data the session is given apart; the location is never read. */
  static TensorProto weight(String name, Weight weight) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(weight.type().code)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (long dimension : weight.shape()) {
      tensor.addDims(dimension);
    }
    FileRegion region = weight.region();
    tensor.addExternalData(
        entry("location", region == null ? "weights" : region.file().getFileName().toString()));
    tensor.addExternalData(entry("offset", region == null ? "0" : Long.toString(region.offset())));
    tensor.addExternalData(entry("length", Long.toString(weight.bytes())));
    return tensor.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  /** An input or output; a dimension is a {@code String} (symbolic) or an {@code Integer}. */
  static ValueInfoProto value(String name, ElementType type, Object... dimensions) {
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
}
