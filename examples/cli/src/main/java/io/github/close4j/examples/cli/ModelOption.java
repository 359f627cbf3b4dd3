package io.github.close4j.examples.cli;

import io.github.close4j.examples.world.BuiltInModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The choice of a model: a directory, or one that comes with the program. */
final class ModelOption {
  @ArgGroup private @Nullable Choice choice;

  /** One of both. */
  static final class Choice {
    @Option(
        names = "--model",
        paramLabel = "DIR",
        description = "Model directory (default: the built-in model of photographs).")
    private @Nullable Path directory;

    @Option(
        names = "--built-in",
        paramLabel = "NAME",
        description = "A built-in model: ${COMPLETION-CANDIDATES}.")
    private @Nullable BuiltInModel builtIn;
  }

  /** The directory, for this process. */
  Path directory() {
    return directory(BuiltInModel.PHOTOGRAPHS);
  }

  /** The same, where another built-in model than that of photographs is meant by itself. */
  Path directory(BuiltInModel otherwise) {
    Path named = named();
    return named != null ? named : builtIn(otherwise).directory();
  }

  /** What tables call it. */
  String title(BuiltInModel otherwise) {
    Path named = named();
    return named != null
        ? String.valueOf(named.toAbsolutePath().normalize().getFileName())
        : builtIn(otherwise).toString();
  }

  /** The directory, but of a built-in model a copy in a folder, which outlasts this process. */
  Path directoryThatLasts(Path folder) {
    Path named = named();
    return named != null ? named : builtIn(BuiltInModel.PHOTOGRAPHS).copyIn(folder);
  }

  private @Nullable Path named() {
    return choice == null ? null : choice.directory;
  }

  private BuiltInModel builtIn(BuiltInModel otherwise) {
    return choice == null || choice.builtIn == null ? otherwise : choice.builtIn;
  }
}
