package io.github.close4j.embedding;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.FloatTensor;
import io.github.close4j.internal.tensor.NpyFile;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.SafetensorsWriter;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Batches in files. */
final class VectorFile {
  private static final String NPY_SUFFIX = ".npy";
  private static final String TENSOR = "vectors";

  private VectorFile() {}

  static EmbeddingBatch read(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(NPY_SUFFIX)
        ? NpyFile.read(file).toBatch()
        : readSafetensors(file);
  }

  private static EmbeddingBatch readSafetensors(Path file) {
    Safetensors tensors = Safetensors.open(file);
    if (tensors.names().size() != 1) {
      throw new UnusableFileException(file, "expected one tensor, found " + tensors.names());
    }
    StoredTensor tensor = tensors.tensor(tensors.names().iterator().next());
    long[] shape = tensor.shape();
    if (!tensor.type().isFloat() || shape.length != 2 || shape[1] == 0) {
      throw new UnusableFileException(
          file,
          "expected floats of up to 32 bits, [rows, dimension], found %s%s"
              .formatted(tensor.type(), Arrays.toString(shape)));
    }
    return EmbeddingBatch.wrap(tensor.toFloatArray(), Math.toIntExact(shape[1]));
  }

  static void write(EmbeddingBatch batch, Path file) {
    new SafetensorsWriter(DataType.F32)
        .add(TENSOR, new FloatTensor(batch.values(), batch.rows(), batch.dimension()))
        .write(file);
  }
}
