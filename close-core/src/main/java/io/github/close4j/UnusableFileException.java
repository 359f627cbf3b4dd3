package io.github.close4j;

import com.google.common.base.Ascii;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of a model is missing, damaged, or does not fit the rest of the model. */
public final class UnusableFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A damaged file may hold names of any length. */
  private static final int LONGEST_PROBLEM = 1000;

  /** The file at fault. */
  private final String file;

  /**
   * Creates the exception; its message is {@code <file>: <problem>}.
   *
   * @param file the file at fault
   * @param problem what was expected and what was found
   */
  public UnusableFileException(Path file, String problem) {
    this(file, problem, null);
  }

  /**
   * Creates the exception; its message is {@code <file>: <problem>}.
   *
   * @param file the file at fault
   * @param problem what was expected and what was found
   * @param cause the failure underneath, or null
   */
  public UnusableFileException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + Ascii.truncate(problem, LONGEST_PROBLEM, "…"), cause);
    this.file = file.toString();
  }

  /**
   * The file at fault.
   *
   * @return its path, as it was given
   */
  public Path file() {
    return Path.of(file);
  }
}
