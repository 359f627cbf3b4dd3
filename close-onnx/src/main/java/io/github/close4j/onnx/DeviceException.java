package io.github.close4j.onnx;

import org.jspecify.annotations.Nullable;

/** The device that was asked for cannot be used, or does not do the work it was asked for. */
public final class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which device, what was expected and what was found
   * @param cause ONNX Runtime's failure, or null
   */
  public DeviceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
