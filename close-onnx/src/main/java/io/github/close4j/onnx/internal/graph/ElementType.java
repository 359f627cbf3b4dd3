package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.TensorProto;

/** Element types that our graphs use. */
public enum ElementType {
  /** 32-bit floats. */
  FLOAT(TensorProto.DataType.FLOAT),
  /** 16-bit floats. */
  FLOAT16(TensorProto.DataType.FLOAT16),
  /** 32-bit integers. */
  INT32(TensorProto.DataType.INT32),
  /** 64-bit integers. */
  INT64(TensorProto.DataType.INT64),
  /** Truth values. */
  BOOL(TensorProto.DataType.BOOL),
  /** Eight bits without sign. */
  UINT8(TensorProto.DataType.UINT8);

  final int code;

  ElementType(TensorProto.DataType type) {
    this.code = type.getNumber();
  }
}
