package io.github.close4j.training;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The loss, or the norm of its gradients, became NaN or infinite. The weights are those before that
 * step; no model was written.
 */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param step the step, counted from 1
   * @param loss the loss
   * @param gradientNorm the norm of its gradients
   * @param batch the file that the step's examples were saved in, or null
   */
  public NonFiniteLossException(long step, double loss, double gradientNorm, @Nullable Path batch) {
    super(
        "step %d: expected a finite loss and gradient, found loss %s and gradient norm %s; a lower learning rate may help%s"
            .formatted(step, loss, gradientNorm, batch == null ? "" : "; its batch: " + batch));
  }
}
