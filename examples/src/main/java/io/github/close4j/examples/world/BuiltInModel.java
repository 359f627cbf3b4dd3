package io.github.close4j.examples.world;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.onnx.model.ModelDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The model that comes with the examples: made by {@code scenes model}, kept as resources. */
public final class BuiltInModel {
  private static final List<String> FILES =
      List.of(
          ModelDirectory.MANIFEST,
          ModelDirectory.CLIP_WEIGHTS,
          ModelDirectory.CLIP_TOKENIZER,
          ModelDirectory.T5_WEIGHTS,
          ModelDirectory.T5_TOKENIZER,
          ModelDirectory.PREFIX_WEIGHTS);

  private BuiltInModel() {}

  /** Unpacks once a process, on first use. */
  private static final class Unpacked {
    static final Path DIRECTORY = unpack();
  }

  /**
   * A directory with the model, unpacked on first use and removed when the process ends.
   *
   * @return a model directory
   */
  public static Path directory() {
    return Unpacked.DIRECTORY;
  }

  private static Path unpack() {
    try {
      Path directory = Files.createTempDirectory("scenes-model");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
      for (String name : FILES) {
        try (InputStream resource = BuiltInModel.class.getResourceAsStream("model/" + name)) {
          if (resource == null) {
            throw new IllegalStateException("this build has no built-in model: " + name);
          }
          Files.copy(resource, directory.resolve(name));
        }
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the built-in model: " + e.getMessage(), e);
    }
  }

  private static void remove(Path directory) {
    try {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      // The process is ending; a temporary directory stays behind for the system to clear.
      directory.toFile().deleteOnExit();
    }
  }
}
