package io.github.close4j.onnx.internal.hub;

import org.jspecify.annotations.Nullable;

/** A file could not be fetched, or what came is not what the hub announced. */
public final class DownloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which file, what was expected and what was found
   * @param cause the failure underneath, or null
   */
  public DownloadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
