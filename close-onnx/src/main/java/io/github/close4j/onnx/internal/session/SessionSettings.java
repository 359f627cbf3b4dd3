package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/**
 * How sessions use the machine.
 *
 * @param threads threads of one operation; 0 lets ONNX Runtime choose
 * @param arena whether memory of intermediate results is kept from run to run
 * @param packedWeights whether matrices are copied into the processor's preferred layout
 */
public record SessionSettings(int threads, boolean arena, boolean packedWeights) {

  /**
   * Checks the number of threads.
   *
   * @param threads see the record
   * @param arena see the record
   * @param packedWeights see the record
   * @throws IllegalArgumentException if {@code threads < 0}
   */
  public SessionSettings {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: expected 0 or more, found " + threads);
    }
  }

  void applyTo(OrtSession.SessionOptions options) throws OrtException {
    options.setIntraOpNumThreads(threads);
    options.setCPUArenaAllocator(arena);
    if (!packedWeights) {
      options.addConfigEntry("session.disable_prepacking", "1");
    }
  }
}
