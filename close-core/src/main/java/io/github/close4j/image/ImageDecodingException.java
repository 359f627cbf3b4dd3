package io.github.close4j.image;

import org.jspecify.annotations.Nullable;

/** A picture is missing, damaged, too large, or of a format that is not read. */
public final class ImageDecodingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The picture's path, or the name that the caller gave it. */
  private final String imageName;

  ImageDecodingException(String imageName, String problem) {
    this(imageName, problem, null);
  }

  ImageDecodingException(String imageName, String problem, @Nullable Throwable cause) {
    super(imageName + ": " + problem, cause);
    this.imageName = imageName;
  }

  /**
   * The picture at fault.
   *
   * @return its path, or the name that the caller gave it
   */
  public String imageName() {
    return imageName;
  }
}
