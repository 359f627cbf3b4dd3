package io.github.close4j.training.internal.loop;

import com.google.common.base.Strings;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.internal.loop.ExampleBatches.StepRows;
import io.github.close4j.training.internal.loop.TrainingLoop.State;
import io.github.close4j.training.internal.network.CaptionNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a run is kept: in the folder {@code checkpoints} of its working directory, {@code
 * step-NNN.safetensors} holds all that it goes on from, {@code best.safetensors} the weights of the
 * best validation. A file appears whole or not at all, and the one before it is deleted only
 * afterwards. A batch that training failed on is saved beside the folder.
 */
public final class Checkpoints {
  private static final String PREFIX = "step-";
  private static final String SUFFIX = ".safetensors";
  private static final int DIGITS = 9;

  /** Before the names of metadata that says which run a checkpoint is of. */
  private static final String RUN = "run.";

  private final Path workingDirectory;
  private final Path folder;
  private final Map<String, String> fingerprint;

  private Checkpoints(Path workingDirectory, Map<String, String> fingerprint) {
    this.workingDirectory = workingDirectory;
    this.folder = workingDirectory.resolve("checkpoints");
    this.fingerprint = Map.copyOf(fingerprint);
  }

  /**
   * The checkpoints of a working directory, which is made if it is missing.
   *
   * @throws UncheckedIOException if there is less room, or nothing can be written there
   */
  public static Checkpoints in(Path workingDirectory, Map<String, String> fingerprint, long bytes) {
    Checkpoints checkpoints = new Checkpoints(workingDirectory, fingerprint);
    try {
      Files.createDirectories(checkpoints.folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot make " + checkpoints.folder + ": " + FileFailure.reason(e), e);
    }
    NewModel.requireRoom(checkpoints.folder, bytes);
    // What a process that was killed left unfinished.
    checkpoints.list(WholeFile.TEMPORARY_SUFFIX).forEach(Checkpoints::delete);
    return checkpoints;
  }

  /** The newest checkpoint, or null. */
  public @Nullable Path newest() {
    List<Path> all = states();
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  /**
   * Puts a run back to where it was.
   *
   * @throws IllegalArgumentException if the checkpoint is of another run
   * @throws UnusableFileException if it is damaged
   */
  State load(Path file, CaptionNetwork network, Replicas replicas) {
    Safetensors checkpoint = open(file);
    State state;
    try {
      state = State.of(checkpoint.metadata());
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file, "metadata: " + e.getMessage(), e);
    }
    network.load(checkpoint);
    replicas.load(checkpoint, state.step());
    return state;
  }

  private Safetensors open(Path file) {
    Safetensors checkpoint = Safetensors.open(file);
    fingerprint.forEach(
        (name, expected) -> {
          String found = checkpoint.metadata().get(RUN + name);
          if (!expected.equals(found)) {
            throw new IllegalArgumentException(
                "%s is a checkpoint of another run: %s: expected %s, found %s"
                    .formatted(file, name, expected, found));
          }
        });
    return checkpoint;
  }

  /** Writes the state of a run, then deletes earlier ones. */
  Path write(State state, CaptionNetwork network, Replicas replicas) {
    List<Path> earlier = states();
    String step = Strings.padStart(Long.toString(state.step()), DIGITS, '0');
    Path file = folder.resolve(PREFIX + step + SUFFIX);
    Safetensors.Writer writer = writer(state);
    network.addTo(writer);
    replicas.addTo(writer);
    writer.write(file);
    earlier.stream().filter(other -> !other.equals(file)).forEach(Checkpoints::delete);
    return file;
  }

  /** Writes the weights that are the best until now. */
  Path writeBest(State state, CaptionNetwork network) {
    Safetensors.Writer writer = writer(state);
    network.addTo(writer);
    writer.write(best());
    return best();
  }

  /** Takes the best weights over. */
  public void loadBest(CaptionNetwork network) {
    network.load(open(best()));
  }

  private Path best() {
    return folder.resolve("best" + SUFFIX);
  }

  private Safetensors.Writer writer(State state) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    state.toMap().forEach(writer::metadata);
    fingerprint.forEach((name, value) -> writer.metadata(RUN + name, value));
    return writer;
  }

  private List<Path> states() {
    return list(SUFFIX).stream()
        .filter(file -> file.getFileName().toString().startsWith(PREFIX))
        .toList();
  }

  private List<Path> list(String suffix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .sorted(Comparator.comparing(Path::getFileName))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + ": " + FileFailure.reason(e), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file + ": " + FileFailure.reason(e), e);
    }
  }

  /** Saves the examples of a step that training failed on. */
  Path saveBatch(long step, StepRows rows, ExampleBatches examples) {
    JsonArray batch = new JsonArray();
    for (int row : rows.batches().stream().flatMap(List::stream).toList()) {
      TrainingExample example = examples.examples().get(row);
      JsonObject entry = new JsonObject();
      entry.addProperty("example", row);
      entry.add("clipTexts", strings(example.clipTexts()));
      if (example.text() != null) {
        entry.addProperty("text", example.text());
      }
      entry.add("targets", strings(example.targets()));
      batch.add(entry);
    }
    Path file = workingDirectory.resolve("non-finite-step-" + step + ".json");
    WholeFile.write(file, new GsonBuilder().setPrettyPrinting().create().toJson(batch) + "\n");
    return file;
  }

  private static JsonArray strings(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }
}
