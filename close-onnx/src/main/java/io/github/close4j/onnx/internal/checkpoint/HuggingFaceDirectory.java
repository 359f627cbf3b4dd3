package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

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

  private static final String GRAPHS = "onnx";

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
      throw new UnusableFileException(file, "expected a tokenizer, found no file");
    }
    return file;
  }

  Path weights() {
    return WEIGHTS.stream()
        .map(directory::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new UnusableFileException(
                    directory, "expected one of " + WEIGHTS + ", found none"));
  }

  boolean hasWeights() {
    return WEIGHTS.stream().map(directory::resolve).anyMatch(Files::isRegularFile);
  }

  /** An exported graph, where exporters put it: beside the settings or in a folder of its own. */
  Optional<Path> graph(String name) {
    return Stream.of(directory, directory.resolve(GRAPHS))
        .map(folder -> folder.resolve(name))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** An exported graph that must be there. */
  Path requireGraph(String name) {
    return graph(name)
        .orElseThrow(
            () ->
                new UnusableFileException(
                    directory.resolve(name), "expected an exported graph, found no file"));
  }

  /** Makes a configuration of a file's values; what its constructor refuses is the file's fault. */
  static <T> T configure(Settings settings, Supplier<T> constructor) {
    return configure(settings.file(), constructor);
  }

  static <T> T configure(Path file, Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file, e.getMessage(), e);
    }
  }
}
