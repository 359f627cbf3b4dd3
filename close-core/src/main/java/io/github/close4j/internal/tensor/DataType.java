package io.github.close4j.internal.tensor;

/** Element types of weights that this library reads; the names are those of safetensors. */
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

  /**
   * Whether elements are numbers with a fraction.
   *
   * @return true for all types but integers
   */
  public boolean isFloat() {
    return this != I64;
  }
}
