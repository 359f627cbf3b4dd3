package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.UsableFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

  /** In place of {@link #PREPROCESSOR} since version 5 of transformers. */
  public static final String PROCESSOR = "processor_config.json";

  private static final String IMAGE_PROCESSOR = "image_processor";

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
    if (FileFailure.isForbidden(directory.resolve(CONFIG))) {
      throw new UnusableFileException(directory, "cannot be entered: permission denied");
    }
    this.directory = directory;
  }

  /** The model's settings, if the folder is one of transformers. */
  Json config() {
    Path file = directory.resolve(CONFIG);
    if (isAbsent(file)) {
      refuseForeignForm("a model of transformers, with its " + CONFIG);
    }
    Json settings = Json.read(file);
    ForeignForm.refuse(file, settings);
    return settings;
  }

  /**
   * How pictures are prepared: what transformers 5 writes into the settings of the whole processor
   * comes before the file of earlier versions.
   */
  Json preprocessor() {
    Path whole = directory.resolve(PROCESSOR);
    if (!isAbsent(whole)) {
      Json processor = Json.read(whole);
      if (processor.has(IMAGE_PROCESSOR)) {
        return processor.object(IMAGE_PROCESSOR);
      }
    }
    Path file = directory.resolve(PREPROCESSOR);
    UsableFile.require(
        file,
        "how pictures are prepared, here or as '%s' of %s".formatted(IMAGE_PROCESSOR, PROCESSOR));
    return Json.read(file);
  }

  /** The tokenizer, or the file that it is made from where there is none. */
  Path tokenizer(String older) {
    Path file = directory.resolve(TOKENIZER);
    Path other = directory.resolve(older);
    if (isAbsent(file) && !isAbsent(other)) {
      UsableFile.require(other, "a tokenizer");
      return other;
    }
    UsableFile.require(file, "a tokenizer, or " + older + " in its place");
    return file;
  }

  /** A link to nothing counts as there, so that it is told of. */
  private static boolean isAbsent(Path file) {
    return !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private void refuseForeignForm(String expected) {
    Optional<String> form = ForeignForm.of(directory);
    if (form.isPresent()) {
      throw new UnusableFileException(
          directory, "expected %s, found %s".formatted(expected, form.get()));
    }
  }

  Path weights() {
    if (first(file -> !isAbsent(file)).isEmpty()) {
      refuseForeignForm("one of " + WEIGHTS);
    }
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
