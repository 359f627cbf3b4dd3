package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.TensorProto;

/** Element types that our graphs use. */
enum ElementType {
  FLOAT(TensorProto.DataType.FLOAT),
  INT32(TensorProto.DataType.INT32),
  INT64(TensorProto.DataType.INT64),
  BOOL(TensorProto.DataType.BOOL);

  final int code;

  ElementType(TensorProto.DataType type) {
    this.code = type.getNumber();
  }
}
