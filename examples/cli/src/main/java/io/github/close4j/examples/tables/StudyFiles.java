package io.github.close4j.examples.tables;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a study keeps what it has. CLIP stands in the working directory; vectors stand in a folder
 * of it that is named after CLIP's hash, and results in a folder of that one, named after the
 * settings' hash, so that those of one study never meet those of another.
 */
final class StudyFiles {
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final Path workingDirectory;
  private final Path ofClip;
  private final Path directory;

  private StudyFiles(Path workingDirectory, Path ofClip, Path directory) {
    this.workingDirectory = workingDirectory;
    this.ofClip = ofClip;
    this.directory = directory;
  }

  /**
   * The files of a study over the CLIP of a working directory.
   *
   * @throws UncheckedIOException if CLIP cannot be read, or no folder be made
   */
  static StudyFiles of(Path workingDirectory, StudySettings settings) {
    try {
      HashCode clip =
          MoreFiles.asByteSource(SceneClip.files(workingDirectory).weights())
              .hash(Hashing.sha256());
      HashCode rows = Hashing.sha256().hashString(settings.toString(), StandardCharsets.UTF_8);
      Path ofClip = workingDirectory.resolve("tables-" + clip.toString().substring(0, 8));
      Path directory = ofClip.resolve("rows-" + rows.toString().substring(0, 8));
      for (String folder : List.of("asked", "results", "logs", "models")) {
        Files.createDirectories(directory.resolve(folder));
      }
      Files.createDirectories(ofClip.resolve("vectors"));
      return new StudyFiles(workingDirectory, ofClip, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot use the working directory " + workingDirectory + ": " + FileFailure.reason(e), e);
    }
  }

  ClipFiles clip() {
    return SceneClip.files(workingDirectory);
  }

  Path vectors() {
    return ofClip.resolve("vectors");
  }

  Path log(String job) {
    return directory.resolve("logs").resolve(job + ".log");
  }

  Path model(String job) {
    return directory.resolve("models").resolve(job);
  }

  Path t5Tokenizer() {
    return directory.resolve(ModelFolder.T5_TOKENIZER);
  }

  Path imageVectors(SceneSet set, int size) {
    return vectors().resolve("images-%s-%d.safetensors".formatted(SceneSet.fileWord(set), size));
  }

  Path resultFile(StudyRow row) {
    return directory.resolve("results").resolve(row.name() + ".json");
  }

  /** The result of a row, if it is finished. */
  Optional<RowResult> result(StudyRow row) {
    Path file = resultFile(row);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    RowResult result = read(file);
    if (!row.equals(result.row())) {
      throw new IllegalArgumentException(file + ": expected the result of " + row.name());
    }
    return Optional.of(result);
  }

  /** The results of all rows that are finished. */
  List<RowResult> results() {
    try (Stream<Path> found = Files.list(directory.resolve("results"))) {
      return found.filter(file -> file.toString().endsWith(".json")).map(StudyFiles::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static RowResult read(Path file) {
    try {
      @Nullable RowResult result = JSON.fromJson(Files.readString(file), RowResult.class);
      if (result == null) {
        throw new IllegalArgumentException(file + ": expected a row's result, found nothing");
      }
      return result;
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(file + ": expected a row's result: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + FileFailure.reason(e), e);
    }
  }

  void keep(RowResult result) {
    WholeFile.write(resultFile(result.row()), JSON.toJson(result));
  }

  /** Writes down what a row is, for the process that {@link #asked finds} it by its name. */
  void ask(StudyRow row) {
    WholeFile.write(directory.resolve("asked").resolve(row.name() + ".json"), JSON.toJson(row));
  }

  /**
   * The row that was asked for under a name.
   *
   * @throws UncheckedIOException if there is none
   */
  StudyRow asked(String name) {
    Path file = directory.resolve("asked").resolve(name + ".json");
    try {
      return JSON.fromJson(Files.readString(file), StudyRow.class);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + FileFailure.reason(e), e);
    }
  }
}
