package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks what a graph reads and computes against what it must. */
public final class Signature {
  /** A dimension that the file must leave open. */
  public static final int ANY = -1;

  /** A dimension that the file must leave open or fix at 1. */
  public static final int ANY_OR_ONE = -2;

  private final ExportedGraph graph;

  /**
   * Checks of one graph.
   *
   * @param graph the graph
   */
  public Signature(ExportedGraph graph) {
    this.graph = graph;
  }

  /**
   * Requires an input of 64-bit integers.
   *
   * @param name its name
   * @param dimensions its sizes; a size that the file leaves open fits
   * @throws io.github.close4j.UnusableFileException if there is none of that kind
   */
  public void integers(String name, int... dimensions) {
    TypeProto.Tensor type = tensor("input", name, graph.inputs());
    if (type.getElemType() != TensorProto.DataType.INT64_VALUE) {
      throw graph.wrong(
          "input '%s': expected 64-bit integers, found %s".formatted(name, typeName(type)));
    }
    requireShape("input", name, type, dimensions);
  }

  /**
   * Requires an input of floats.
   *
   * @param name its name
   * @param dimensions its sizes; a size that the file leaves open fits
   * @throws io.github.close4j.UnusableFileException if there is none of that kind
   */
  public void floatInput(String name, int... dimensions) {
    requireFloats("input", name, graph.inputs(), dimensions);
  }

  /**
   * Requires an output of floats.
   *
   * @param name its name
   * @param dimensions its sizes; a size that the file leaves open fits
   * @throws io.github.close4j.UnusableFileException if there is none of that kind
   */
  public void floatOutput(String name, int... dimensions) {
    requireFloats("output", name, graph.outputs(), dimensions);
  }

  /**
   * Whether floats are stored in 16 bits.
   *
   * @param declared the declaration of an input or output
   * @return true for 16 bits, false for 32
   */
  public static boolean isHalf(ValueInfoProto declared) {
    return declared.getType().getTensorType().getElemType() == TensorProto.DataType.FLOAT16_VALUE;
  }

  private void requireFloats(
      String what, String name, Map<String, ValueInfoProto> all, int... dimensions) {
    TypeProto.Tensor type = tensor(what, name, all);
    boolean isFloat =
        type.getElemType() == TensorProto.DataType.FLOAT_VALUE
            || type.getElemType() == TensorProto.DataType.FLOAT16_VALUE;
    if (!isFloat) {
      throw graph.wrong(
          "%s '%s': expected floats of 32 or 16 bits, found %s"
              .formatted(what, name, typeName(type)));
    }
    requireShape(what, name, type, dimensions);
  }

  private TypeProto.Tensor tensor(String what, String name, Map<String, ValueInfoProto> all) {
    ValueInfoProto declared = all.get(name);
    if (declared == null) {
      throw graph.wrong("expected an %s '%s', found %s".formatted(what, name, all.keySet()));
    }
    if (!declared.getType().hasTensorType()) {
      throw graph.wrong("%s '%s': expected a tensor, found another type".formatted(what, name));
    }
    return declared.getType().getTensorType();
  }

  private void requireShape(String what, String name, TypeProto.Tensor type, int... expected) {
    TensorShapeProto shape = type.getShape();
    boolean fits = shape.getDimCount() == expected.length;
    for (int i = 0; fits && i < expected.length; i++) {
      TensorShapeProto.Dimension dimension = shape.getDim(i);
      long size = dimension.getDimValue();
      fits =
          !dimension.hasDimValue()
              || expected[i] == size
              || (expected[i] == ANY_OR_ONE && size == 1);
    }
    if (!fits) {
      throw graph.wrong(
          "%s '%s': expected shape %s, found %s"
              .formatted(what, name, shown(expected), shown(shape)));
    }
  }

  private static String shown(int... dimensions) {
    StringBuilder text = new StringBuilder("[");
    for (int dimension : dimensions) {
      text.append(text.length() > 1 ? "," : "").append(dimension < 0 ? "?" : dimension);
    }
    return text.append("]").toString();
  }

  private static String shown(TensorShapeProto shape) {
    StringBuilder text = new StringBuilder("[");
    for (TensorShapeProto.Dimension dimension : shape.getDimList()) {
      String size =
          dimension.hasDimValue()
              ? Long.toString(dimension.getDimValue())
              : dimension.getDimParam().isEmpty() ? "?" : dimension.getDimParam();
      text.append(text.length() > 1 ? "," : "").append(size);
    }
    return text.append("]").toString();
  }

  private static String typeName(TypeProto.Tensor type) {
    TensorProto.@Nullable DataType known = TensorProto.DataType.forNumber(type.getElemType());
    return known == null ? "type " + type.getElemType() : known.name();
  }
}
