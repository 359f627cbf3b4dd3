package io.github.close4j.examples.cli;

import io.github.close4j.examples.world.BuiltInModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The choice of a model; the built-in one unless another is named. */
final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model directory (default: the built-in model of the scenes world).")
  private @Nullable Path directory;

  Path directory() {
    return directory != null ? directory : BuiltInModel.directory();
  }

  /** What tables call it. */
  String title() {
    return directory == null
        ? "built-in"
        : String.valueOf(directory.toAbsolutePath().normalize().getFileName());
  }

  /** The same, but the built-in model as a copy in a folder, which outlasts this process. */
  Path directoryThatLasts(Path folder) {
    return directory != null ? directory : BuiltInModel.copyIn(folder);
  }
}
