package io.github.close4j.examples.run;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.FloatTensor;
import io.github.close4j.internal.tensor.NpyFile;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.SafetensorsWriter;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.file.Path;
import java.util.Arrays;

/** Files of CLIP vectors. */
public final class VectorFile {
  private VectorFile() {}

  /**
   * Reads vectors.
   *
   * @param file a {@code .npy} file [rows, dimension], or a safetensors file with one such tensor
   * @return the vectors as they are in the file, of any norm; owned by the caller
   * @throws IllegalArgumentException if a safetensors file holds anything but one matrix
   * @throws io.github.close4j.UnusableFileException if a {@code .npy} file is not sound
   * @throws io.github.close4j.UnusableFileException if a safetensors file is not sound
   */
  public static EmbeddingBatch read(Path file) {
    if (file.toString().endsWith(".npy")) {
      return NpyFile.read(file).toBatch();
    }
    Safetensors tensors = Safetensors.open(file);
    if (tensors.names().size() != 1) {
      throw new IllegalArgumentException(file + ": expected one tensor, found " + tensors.names());
    }
    StoredTensor tensor = tensors.tensor(tensors.names().iterator().next());
    if (tensor.shape().length != 2) {
      throw new IllegalArgumentException(
          file + ": expected [rows, dimension], found " + Arrays.toString(tensor.shape()));
    }
    return EmbeddingBatch.wrap(tensor.toFloatArray(), (int) tensor.shape()[1]);
  }

  /**
   * Writes vectors as a safetensors file, whole or not at all.
   *
   * @param vectors the vectors
   * @param file the file; replaced if it exists
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void write(EmbeddingBatch vectors, Path file) {
    new SafetensorsWriter(DataType.F32)
        .add("vectors", new FloatTensor(vectors.values(), vectors.rows(), vectors.dimension()))
        .write(file);
  }
}
