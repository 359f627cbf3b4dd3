package io.github.close4j.onnx.internal.model;

/**
 * How a CLIP vector becomes T5 input vectors: the prefix.
 *
 * @param kind projection or plain splitting
 * @param length vectors made from the CLIP vector (the paper: 4)
 * @param constants learned vectors that stand before them, the same for every input (the paper: 0)
 */
public record PrefixConfig(Kind kind, int length, int constants) {

  /** How the vectors are made. */
  public enum Kind {
    /** One linear map with bias from {@code clipDim} to {@code length · dModel}, cut row by row. */
    PROJECTION,
    /** The CLIP vector itself cut into {@code length} pieces of {@code dModel} components. */
    SPLIT
  }

  /**
   * Checks the numbers.
   *
   * @param kind see the record
   * @param length see the record
   * @param constants see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public PrefixConfig {
    Require.present("prefix.kind", kind);
    Require.positive("prefix.length", length);
    if (constants < 0) {
      throw new IllegalArgumentException(
          "prefix.constants: expected 0 or more, found " + constants);
    }
  }

  /**
   * The paper's prefix.
   *
   * @return a projection to four vectors
   */
  public static PrefixConfig projection() {
    return new PrefixConfig(Kind.PROJECTION, 4, 0);
  }

  /**
   * Number of T5 input positions it takes.
   *
   * @return {@code constants + length}
   */
  public int positions() {
    return constants + length;
  }

  void requireFits(int clipDim, int dModel) {
    if (kind == Kind.SPLIT && clipDim != length * dModel) {
      throw new IllegalArgumentException(
          "prefix: splitting needs a CLIP vector of length*dModel = %d components, found %d"
              .formatted(length * dModel, clipDim));
    }
  }
}
