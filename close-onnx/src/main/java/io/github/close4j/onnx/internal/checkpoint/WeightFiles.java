package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import java.nio.file.Path;

/** Files of weights in any of the forms that models are published in. */
public final class WeightFiles {
  private WeightFiles() {}

  /**
   * Opens a file of weights by its name: an index of shards ({@code *.index.json}), a PyTorch zip
   * ({@code *.bin}, {@code *.pth}, {@code *.pt}), else a safetensors file.
   *
   * @param file the file
   * @return its tensors
   * @throws UnusableFileException if the file is missing or not sound
   */
  public static TensorSource open(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(ShardedTensors.INDEX_SUFFIX)) {
      return ShardedTensors.open(file);
    }
    boolean isPytorch = name.endsWith(".bin") || name.endsWith(".pth") || name.endsWith(".pt");
    return isPytorch ? PytorchFile.open(file) : Safetensors.open(file);
  }
}
