package io.github.close4j.examples.world;

import com.google.common.base.Suppliers;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile.NewDirectory;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The models that come with the examples, kept as resources. */
public enum BuiltInModel {
  /** Captions photographs; {@code photographs model} makes it. */
  PHOTOGRAPHS(
      List.of(
          ModelFolder.MANIFEST,
          ModelFolder.CLIP_VISION_GRAPH,
          ModelFolder.CLIP_TEXT_GRAPH,
          ModelFolder.CLIP_WEIGHTS,
          ModelFolder.CLIP_TOKENIZER,
          ModelFolder.T5_WEIGHTS,
          ModelFolder.T5_TOKENIZER,
          ModelFolder.PREFIX_WEIGHTS,
          ModelFolder.CALIBRATION,
          "MODEL_CARD.md",
          "NOTICE")),
  /** Captions drawn scenes; {@code scenes model} makes it. */
  SCENES(
      List.of(
          ModelFolder.MANIFEST,
          ModelFolder.CLIP_WEIGHTS,
          ModelFolder.CLIP_TOKENIZER,
          ModelFolder.T5_WEIGHTS,
          ModelFolder.T5_TOKENIZER,
          ModelFolder.PREFIX_WEIGHTS));

  private static final int VERSION_DIGITS = 12;

  private final List<String> files;

  /** Unpacks once a process, on first use; one that failed is tried again. */
  private final Supplier<Path> unpacked = Suppliers.memoize(this::unpack);

  BuiltInModel(List<String> files) {
    this.files = files;
  }

  /** What users call it: its name in small letters. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A directory with the model, unpacked on first use and removed when the process ends.
   *
   * @return a model directory
   */
  public Path directory() {
    return unpacked.get();
  }

  /**
   * A lasting copy of the model, for what goes on needing it after this process.
   *
   * @param parent the folder to put it in; made if it is missing
   * @return a model directory in it, whose name tells this model from a later release's; found or
   *     made
   * @throws UncheckedIOException if it cannot be written
   */
  public Path copyIn(Path parent) {
    Path absolute = parent.toAbsolutePath();
    try {
      Path copy = absolute.resolve(".close-%s-%s".formatted(this, version()));
      if (!Files.exists(copy)) {
        copyTo(copy);
      }
      return copy;
    } catch (IOException e) {
      throw cannotCopy(parent, e);
    }
  }

  /**
   * A lasting copy of the model, whole or not at all.
   *
   * @param target the model directory to make; must not exist
   * @throws IllegalArgumentException if it exists
   * @throws UncheckedIOException if it cannot be written
   */
  public void copyTo(Path target) {
    ModelFolder.requireAbsent(target);
    try (NewDirectory made = NewDirectory.beside(target)) {
      unpack(made.path());
      made.publish();
    } catch (IOException e) {
      throw cannotCopy(target, e);
    }
  }

  private static UncheckedIOException cannotCopy(Path place, IOException e) {
    return new UncheckedIOException(
        "cannot copy the built-in model to %s: %s".formatted(place, FileFailure.reason(e)), e);
  }

  /** The manifest states the hash of every other file. */
  private String version() throws IOException {
    return MoreFiles.asByteSource(directory().resolve(ModelFolder.MANIFEST))
        .hash(Hashing.sha256())
        .toString()
        .substring(0, VERSION_DIGITS);
  }

  private Path unpack() {
    try {
      Path directory = Files.createTempDirectory(this + "-model");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
      unpack(directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot unpack the built-in model into the temporary folder (-Djava.io.tmpdir sets another): "
              + FileFailure.reason(e),
          e);
    }
  }

  private void unpack(Path directory) throws IOException {
    for (String name : files) {
      try (InputStream resource = BuiltInModel.class.getResourceAsStream(this + "/" + name)) {
        if (resource == null) {
          throw new IllegalStateException(
              "this build has no built-in model of %s: %s".formatted(this, name));
        }
        Files.copy(resource, directory.resolve(name));
      }
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
