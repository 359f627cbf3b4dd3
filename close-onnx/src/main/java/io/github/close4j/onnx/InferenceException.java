package io.github.close4j.onnx;

/** ONNX Runtime failed while a sound model was prepared or run. */
public final class InferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was being done
   * @param cause ONNX Runtime's failure
   */
  public InferenceException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
