package io.github.close4j.onnx;

/** In what precision a model's matrices are kept and multiplied. */
public enum Precision {
  /** 32-bit floats, the reference's. */
  FLOAT32,
  /**
   * 16-bit floats for CLIP and for T5's attention and first feed-forward products; 32 bits where T5
   * overflows 16 (hidden states, norms, the last feed-forward product) and for logits,
   * log-probabilities and norms of vectors. Half the memory of most matrices, for the GPU. A file
   * that holds 16-bit floats is used in place; other weights are rounded once, and one beyond
   * ±65504 is an error of the file when a graph is prepared. ONNX Runtime's CPU kernels convert
   * back and forth: right, but slower than {@link #FLOAT32}.
   */
  FLOAT16,
  /**
   * Eight bits with a scale for every 32 elements of a row, in both factors; sums, and all that is
   * no product with a weight, in 32-bit floats. A quarter of the memory traffic, for the CPU. Each
   * input is still computed by itself: its caption does not depend on its batch.
   */
  INT8
}
