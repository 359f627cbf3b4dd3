package io.github.close4j.onnx.weights;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Named tensors of a file, or of several files that belong together. Thread-safe. */
public interface TensorSource {

  /**
   * The file that was opened.
   *
   * @return its path, for messages
   */
  Path file();

  /**
   * Names of all tensors.
   *
   * @return an unmodifiable set, in the file's order
   */
  Set<String> names();

  /**
   * A tensor by name.
   *
   * @param name the tensor's name
   * @return the tensor
   * @throws ModelFileException if there is none of that name
   */
  StoredTensor tensor(String name);

  /**
   * Some of these tensors under other names.
   *
   * @param storedNames from the name there to the name here
   * @return a view; nothing is copied
   * @throws ModelFileException if one of the names here is missing
   */
  default TensorSource select(Map<String, String> storedNames) {
    return new SelectedTensors(this, storedNames);
  }

  /**
   * Opens a file of weights by its name: an index of shards ({@code *.index.json}), a PyTorch zip
   * ({@code *.bin}, {@code *.pth}, {@code *.pt}), else a safetensors file.
   *
   * @param file the file
   * @return its tensors
   * @throws ModelFileException if the file is missing or not sound
   */
  static TensorSource open(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(ShardedTensors.INDEX_SUFFIX)) {
      return ShardedTensors.open(file);
    }
    boolean isPytorch = name.endsWith(".bin") || name.endsWith(".pth") || name.endsWith(".pt");
    return isPytorch ? PytorchFile.open(file) : Safetensors.open(file);
  }
}
