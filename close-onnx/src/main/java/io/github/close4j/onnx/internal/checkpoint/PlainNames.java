package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.TensorSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors under the names that a model gives them, whatever stands before these in a file: {@code
 * clip.} or {@code transformer.} where a larger model was saved, {@code module.} after training on
 * several GPUs.
 */
final class PlainNames {
  private PlainNames() {}

  /**
   * The tensors of a model; others of the file are left out where there is something to drop.
   *
   * @param landmark the name of a tensor that every such model has
   * @return a view, or the file itself where the names are plain, or the landmark is not there
   * @throws UnusableFileException if there are two such models
   */
  static TensorSource of(TensorSource file, String landmark) {
    if (file.names().contains(landmark)) {
      return file;
    }
    List<String> found =
        file.names().stream().filter(name -> name.endsWith("." + landmark)).toList();
    if (found.size() > 1) {
      throw new UnusableFileException(
          file.file(),
          "expected one model with a tensor '%s', found %s".formatted(landmark, found));
    }
    return found.isEmpty()
        ? file
        : without(file, found.get(0).substring(0, found.get(0).length() - landmark.length()));
  }

  private static TensorSource without(TensorSource file, String prefix) {
    Map<String, String> stored = new LinkedHashMap<>();
    for (String name : file.names()) {
      if (name.startsWith(prefix)) {
        stored.put(name.substring(prefix.length()), name);
      }
    }
    return file.select(stored);
  }
}
