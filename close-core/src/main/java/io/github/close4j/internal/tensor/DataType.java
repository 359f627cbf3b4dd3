package io.github.close4j.internal.tensor;

/** Element types of tensors that this library reads; the names are those of safetensors. */
public enum DataType {
  /** IEEE 754 binary64: statistics alone, no weights. */
  F64(8),
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

  /**
   * Whether a 32-bit float holds every element exactly.
   *
   * @return true for floating-point types of up to 32 bits
   */
  public boolean isFloat() {
    return this != I64 && this != F64;
  }
}
