package io.github.close4j.onnx.checkpoint;

import io.github.close4j.onnx.weights.ModelFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The files of a model in Hugging Face's layout. */
final class HuggingFaceDirectory {
  private static final String CONFIG = "config.json";
  private static final String PREPROCESSOR = "preprocessor_config.json";
  private static final String TOKENIZER = "tokenizer.json";

  /** In the order in which transformers looks for them. */
  private static final List<String> WEIGHTS =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  private final Path directory;

  HuggingFaceDirectory(Path directory) {
    this.directory = directory;
  }

  Settings config() {
    return Settings.read(directory.resolve(CONFIG));
  }

  Settings preprocessor() {
    return Settings.read(directory.resolve(PREPROCESSOR));
  }

  Path tokenizer() {
    Path file = directory.resolve(TOKENIZER);
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(file, "expected a tokenizer, found no file");
    }
    return file;
  }

  Path weights() {
    return WEIGHTS.stream()
        .map(directory::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () -> new ModelFileException(directory, "expected one of " + WEIGHTS + ", found none"));
  }

  /** Makes a configuration of a file's values; what its constructor refuses is the file's fault. */
  static <T> T configure(Settings settings, Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw new ModelFileException(settings.file(), e.getMessage(), e);
    }
  }
}
