package io.github.close4j.onnx.model;

/** In what precision a model's matrices are kept and multiplied. */
public enum Precision {
  /** 32-bit floats, the reference's. */
  FLOAT32,
  /**
   * Eight bits with a scale for every 32 elements of a row, in both factors; sums, and all that is
   * no product with a weight, in 32-bit floats. A quarter of the memory traffic, for the CPU. Each
   * input is still computed by itself: its caption does not depend on its batch.
   */
  INT8
}
