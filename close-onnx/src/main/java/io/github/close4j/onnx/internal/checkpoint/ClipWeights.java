package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.TensorSource;
import java.nio.file.Path;

/** CLIP's weights under transformers' names. */
public final class ClipWeights {
  private static final String VISION = "vision_model.";
  private static final String TEXT = "text_model.";

  private ClipWeights() {}

  /**
   * Opens a file of weights.
   *
   * @param file a file of a kind that {@link WeightFiles#open} knows
   * @return its tensors; what stands before all of their names is dropped
   * @throws UnusableFileException if the file is missing or not sound, or holds one tower alone
   */
  public static TensorSource open(Path file) {
    TensorSource weights = WeightFiles.open(file);
    boolean hasVision = has(weights, VISION);
    if (hasVision != has(weights, TEXT)) {
      throw new UnusableFileException(
          file,
          "expected both towers of CLIP, found its %s tower alone: take the folder of the whole model"
              .formatted(hasVision ? "vision" : "text"));
    }
    return PlainNames.of(weights, VISION + "embeddings.class_embedding");
  }

  private static boolean has(TensorSource weights, String tower) {
    return weights.names().stream()
        .anyMatch(name -> name.startsWith(tower) || name.contains("." + tower));
  }
}
