package io.github.close4j.examples.tables;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.metric.ModalityGap;
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
 * Where a study keeps what it has: vectors in a folder of the working directory that is named after
 * CLIP's hash, and results in a folder of that one, named after a hash of all else that they depend
 * on, so that those of one study never meet those of another.
 */
final class StudyFiles {
  private static final int HASH_DIGITS = 12;
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final Path ofClip;
  private final Path directory;

  private StudyFiles(Path ofClip, Path directory) {
    this.ofClip = ofClip;
    this.directory = directory;
  }

  /**
   * The files of a study.
   *
   * @throws UncheckedIOException if CLIP cannot be read, or no folder be made
   */
  static StudyFiles of(Path workingDirectory, StudyWorld world) {
    try {
      Hasher clip = Hashing.sha256().newHasher();
      for (Path file : world.clip().files()) {
        clip.putBytes(MoreFiles.asByteSource(file).hash(Hashing.sha256()).asBytes());
      }
      Hasher rows =
          Hashing.sha256().newHasher().putString(world.identity(), StandardCharsets.UTF_8);
      Path ofClip = workingDirectory.resolve("tables-" + name(clip));
      Path directory = ofClip.resolve("rows-" + name(rows));
      for (String folder : List.of("asked", "results", "logs", "models")) {
        Files.createDirectories(directory.resolve(folder));
      }
      Files.createDirectories(ofClip.resolve("vectors"));
      return new StudyFiles(ofClip, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot use the working directory " + workingDirectory + ": " + FileFailure.reason(e), e);
    }
  }

  private static String name(Hasher hasher) {
    return hasher.hash().toString().substring(0, HASH_DIGITS);
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

  /** Where the vectors of pictures are, by a hash of the pictures' names. */
  Path imageVectors(String hash) {
    return vectors().resolve("images-%s.safetensors".formatted(hash.substring(0, HASH_DIGITS)));
  }

  private Path gapFile() {
    return directory.resolve("gap.json");
  }

  /** The gap between the pictures that models are judged on and their captions, once measured. */
  Optional<ModalityGap> gap() {
    return Files.exists(gapFile())
        ? Optional.of(read(gapFile(), ModalityGap.class, "a measured gap"))
        : Optional.empty();
  }

  void keep(ModalityGap gap) {
    WholeFile.write(gapFile(), JSON.toJson(gap));
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
    RowResult result = readResult(file);
    if (!row.equals(result.row())) {
      throw new IllegalArgumentException(file + ": expected the result of " + row.name());
    }
    return Optional.of(result);
  }

  /** The results of all rows that are finished. */
  List<RowResult> results() {
    try (Stream<Path> found = Files.list(directory.resolve("results"))) {
      return found
          .filter(file -> file.toString().endsWith(".json"))
          .map(StudyFiles::readResult)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static RowResult readResult(Path file) {
    return read(file, RowResult.class, "a row's result");
  }

  private static <T> T read(Path file, Class<T> type, String expected) {
    try {
      @Nullable T read = JSON.fromJson(Files.readString(file), type);
      if (read == null) {
        throw new IllegalArgumentException(
            "%s: expected %s, found nothing".formatted(file, expected));
      }
      return read;
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(
          "%s: expected %s: %s".formatted(file, expected, e.getMessage()), e);
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
    return read(
        directory.resolve("asked").resolve(name + ".json"), StudyRow.class, "a row that was asked");
  }
}
