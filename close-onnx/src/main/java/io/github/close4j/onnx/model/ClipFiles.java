package io.github.close4j.onnx.model;

import io.github.close4j.image.ImagePreprocessing;
import io.github.close4j.onnx.weights.DataType;
import io.github.close4j.onnx.weights.SafetensorsWriter;
import io.github.close4j.onnx.weights.StoredTensor;
import io.github.close4j.onnx.weights.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A CLIP on disk.
 *
 * @param config its dimensions
 * @param preprocessing how pictures are prepared for it
 * @param weights a file of weights with Hugging Face's tensor names, of a kind that {@link
 *     io.github.close4j.onnx.weights.TensorSource#open} knows
 * @param tokenizer its {@code tokenizer.json}
 */
public record ClipFiles(
    ClipConfig config, ImagePreprocessing preprocessing, Path weights, Path tokenizer) {

  /**
   * Puts the weights, as one safetensors file, and the tokenizer into a model directory.
   *
   * @param directory the directory, without these files
   * @throws IOException if a file cannot be copied
   * @throws io.github.close4j.onnx.weights.ModelFileException if the weights are not sound
   * @throws java.io.UncheckedIOException if the weights cannot be written
   */
  public void writeTo(Path directory) throws IOException {
    Files.copy(tokenizer, directory.resolve(ModelDirectory.CLIP_TOKENIZER));
    Path target = directory.resolve(ModelDirectory.CLIP_WEIGHTS);
    if (weights.getFileName().toString().endsWith(".safetensors")) {
      Files.copy(weights, target);
    } else {
      writeSafetensors(target);
    }
  }

  private void writeSafetensors(Path target) {
    TensorSource source = TensorSource.open(weights);
    SafetensorsWriter writer = new SafetensorsWriter(DataType.F32);
    for (String name : source.names()) {
      StoredTensor tensor = source.tensor(name);
      // Integers are position numbers that old checkpoints carry along.
      if (tensor.type().isFloat()) {
        writer.add(name, tensor);
      }
    }
    writer.write(target);
  }
}
