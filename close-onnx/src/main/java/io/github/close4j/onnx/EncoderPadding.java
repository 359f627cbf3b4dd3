package io.github.close4j.onnx;

/**
 * What T5's encoder does with the padding behind the shorter texts of a batch.
 *
 * <p>Without text beside the pictures, or with one input a run, there is no padding and both are
 * the same. The decoder never reads padding.
 */
public enum EncoderPadding {
  /** It is masked: what is said of an input does not depend on the others of its batch. */
  MASKED,
  /**
   * It is attended to, as in the reference, whose encoder has no mask: answers depend on the
   * longest text of the batch. To repeat the reference's numbers, batches must be its batches.
   */
  ATTENDED
}
