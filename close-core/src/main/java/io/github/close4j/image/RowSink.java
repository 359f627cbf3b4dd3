package io.github.close4j.image;

/** Takes the rows of a stored picture, each once and from top to bottom. */
interface RowSink {

  /** Whether a row is of use; others need not be handed over. */
  default boolean needs(int y) {
    return true;
  }

  /**
   * Takes a row.
   *
   * @param y its number
   * @param rgb red, green and blue of each of its pixels; not kept
   */
  void accept(int y, byte[] rgb);
}
