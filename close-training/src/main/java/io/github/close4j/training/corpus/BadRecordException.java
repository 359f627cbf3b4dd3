package io.github.close4j.training.corpus;

import java.io.Serial;

/** A record cannot be used; the message is the reason, and who catches it knows the place. */
final class BadRecordException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  BadRecordException(String reason) {
    super(reason);
  }
}
