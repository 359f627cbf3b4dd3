package io.github.close4j.image;

import java.io.IOException;

/** A sound picture of a kind that is not read; the message says what kind. */
final class UnreadableVariantException extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableVariantException(String kind) {
    super(kind);
  }
}
