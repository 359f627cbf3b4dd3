package io.github.close4j.onnx;

import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime failed while a sound model was prepared or run, the device that was asked for cannot
 * be used or does not do the work, or a native library cannot be loaded.
 */
public final class InferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was being done or asked for, what was expected and what was found
   * @param cause the failure underneath, or null
   */
  public InferenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
