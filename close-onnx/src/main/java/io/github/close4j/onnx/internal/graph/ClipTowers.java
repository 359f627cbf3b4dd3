package io.github.close4j.onnx.internal.graph;

/** CLIP's two towers, whoever made their graphs. Features are not normalised. */
interface ClipTowers {

  /** Pixels [B,3,S,S], normalised -> image features [B,projectionDim]. */
  Value image(GraphBuilder g, Value pixels);

  /**
   * Token ids [B,L], padded after the end token with anything -> text features [B,projectionDim].
   */
  Value text(GraphBuilder g, Value ids);

  /**
   * Checks that every weight is there and has its shape.
   *
   * @throws io.github.close4j.UnusableFileException if not, with file and tensor
   */
  void requireWeights();
}
