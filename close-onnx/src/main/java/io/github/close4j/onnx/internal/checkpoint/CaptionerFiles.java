package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.SafetensorsWriter;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What goes into a model directory, wherever it lies now. */
record CaptionerFiles(
    ClipFiles clip, TensorSource t5Weights, Path t5Tokenizer, TensorSource prefixWeights) {

  void writeTo(Path directory) throws IOException {
    clip.writeTo(directory);
    Files.copy(t5Tokenizer, directory.resolve(ModelFolder.T5_TOKENIZER));
    copy(t5Weights, directory.resolve(ModelFolder.T5_WEIGHTS));
    copy(prefixWeights, directory.resolve(ModelFolder.PREFIX_WEIGHTS));
  }

  static void copy(TensorSource tensors, Path file) {
    SafetensorsWriter writer = new SafetensorsWriter(DataType.F32);
    tensors.names().forEach(name -> writer.add(name, tensors.tensor(name)));
    writer.write(file);
  }
}
