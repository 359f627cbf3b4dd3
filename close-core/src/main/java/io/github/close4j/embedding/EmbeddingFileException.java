package io.github.close4j.embedding;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of vectors is missing, damaged, or does not hold what was asked for. */
public final class EmbeddingFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The file at fault. */
  private final String file;

  EmbeddingFileException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
    this.file = file.toString();
  }

  /**
   * Creates the exception; its message is {@code <file>: <problem>}.
   *
   * @param file the file at fault
   * @param problem what was expected and what was found
   */
  public EmbeddingFileException(Path file, String problem) {
    this(file, problem, null);
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
