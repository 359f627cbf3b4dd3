package io.github.close4j.onnx;

/**
 * How a captioner uses the machine.
 *
 * @param threads threads of one operation; 0 lets ONNX Runtime take one a core
 * @param batchSize most inputs of one run; longer lists are cut
 */
public record CaptionerOptions(int threads, int batchSize) {
  private static final int DEFAULT_BATCH_SIZE = 32;

  /**
   * Checks the numbers.
   *
   * @param threads see the record
   * @param batchSize see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public CaptionerOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: expected 0 or more, found " + threads);
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize: expected at least 1, found " + batchSize);
    }
  }

  /**
   * A thread a core, 32 inputs a run.
   *
   * @return the defaults
   */
  public static CaptionerOptions defaults() {
    return new CaptionerOptions(0, DEFAULT_BATCH_SIZE);
  }
}
