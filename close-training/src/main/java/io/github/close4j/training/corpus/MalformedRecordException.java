package io.github.close4j.training.corpus;

import java.io.Serial;
import java.nio.file.Path;

/** A corpus holds a record that cannot be used; the message names file, place and reason. */
public final class MalformedRecordException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1;

  MalformedRecordException(Path file, String place, String reason) {
    super(message(file, place, reason));
  }

  MalformedRecordException(Path file, String place, String reason, Throwable cause) {
    super(message(file, place, reason), cause);
  }

  static String message(Path file, String place, String reason) {
    return place.isEmpty() ? file + ": " + reason : file + ":" + place + ": " + reason;
  }
}
