package io.github.close4j.onnx.weights;

/** Element types of a safetensors file that this library reads. */
public enum DataType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary16. */
  F16(2),
  /** bfloat16: the upper half of a binary32. */
  BF16(2),
  /** Signed 64-bit integer. */
  I64(8);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Size of one element.
   *
   * @return bytes an element
   */
  public int bytes() {
    return bytes;
  }
}
