package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.UsableFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of a model in Hugging Face's layout. */
public final class HuggingFaceDirectory {
  public static final String CONFIG = "config.json";
  public static final String PREPROCESSOR = "preprocessor_config.json";
  public static final String TOKENIZER = "tokenizer.json";

  /** In the order in which transformers looks for them. */
  public static final List<String> WEIGHTS =
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

  Json config() {
    return Json.read(directory.resolve(CONFIG));
  }

  Json preprocessor() {
    return Json.read(directory.resolve(PREPROCESSOR));
  }

  Path tokenizer() {
    Path file = directory.resolve(TOKENIZER);
    UsableFile.require(file, "a tokenizer");
    return file;
  }

  Path weights() {
    return first(Files::isRegularFile)
        .or(() -> first(Files::isSymbolicLink)) // A link to nothing, which is told when it is read.
        .orElseThrow(
            () ->
                new UnusableFileException(
                    directory, "expected one of " + WEIGHTS + ", found none"));
  }

  boolean hasWeights() {
    return first(Files::isRegularFile).isPresent();
  }

  private Optional<Path> first(Predicate<Path> condition) {
    return WEIGHTS.stream().map(directory::resolve).filter(condition).findFirst();
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

  /** Refuses a value that is there and is not what this library implements. */
  static void require(Json settings, String name, boolean supported) {
    if (settings.flag(name, supported) != supported) {
      throw settings.wrong(name, Boolean.toString(supported));
    }
  }

  /** Refuses a value that is there and is not what this library implements. */
  static void require(Json settings, String name, int supported) {
    if (settings.integer(name, supported) != supported) {
      throw settings.wrong(name, Integer.toString(supported));
    }
  }
}
