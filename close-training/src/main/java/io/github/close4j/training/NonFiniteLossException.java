package io.github.close4j.training;

/** The loss became NaN or infinite; nothing was written. */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param step the step, counted from 1
   * @param loss the loss
   */
  public NonFiniteLossException(long step, double loss) {
    super(
        "step %d: expected a finite loss, found %s; a lower learning rate may help"
            .formatted(step, loss));
  }
}
