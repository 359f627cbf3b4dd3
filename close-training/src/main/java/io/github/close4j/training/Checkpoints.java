package io.github.close4j.training;

import com.google.common.base.Strings;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.SafetensorsWriter;
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
 * The checkpoints of one run, in a folder of their own: {@code step-NNN.safetensors} holds all that
 * a run goes on from, {@code best.safetensors} the weights of the best validation. A file appears
 * whole or not at all, and the one before it is deleted only afterwards.
 */
final class Checkpoints {
  private static final String PREFIX = "step-";
  private static final String SUFFIX = ".safetensors";
  private static final int DIGITS = 9;

  /** Before the names of metadata that says which run a checkpoint is of. */
  private static final String RUN = "run.";

  private final Path folder;
  private final Map<String, String> fingerprint;

  /**
   * Checkpoints in a folder that exists.
   *
   * @param fingerprint what must be the same for a run to go on
   */
  Checkpoints(Path folder, Map<String, String> fingerprint) {
    this.folder = folder;
    this.fingerprint = Map.copyOf(fingerprint);
  }

  /** The newest checkpoint, or null. */
  @Nullable Path newest() {
    List<Path> all = states();
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  /**
   * Puts a run back to where it was.
   *
   * @throws IllegalArgumentException if the checkpoint is of another run
   * @throws UnusableFileException if it is damaged
   */
  RunState load(Path file, CaptionNetwork network, TrainingStep trainingStep) {
    Safetensors checkpoint = open(file);
    RunState state = state(checkpoint);
    network.load(checkpoint);
    trainingStep.load(checkpoint, state.step());
    return state;
  }

  private static RunState state(Safetensors checkpoint) {
    try {
      return RunState.of(checkpoint.metadata());
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(checkpoint.file(), "metadata: " + e.getMessage(), e);
    }
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
  Path write(RunState state, CaptionNetwork network, TrainingStep trainingStep) {
    List<Path> earlier = states();
    String step = Strings.padStart(Long.toString(state.step()), DIGITS, '0');
    Path file = folder.resolve(PREFIX + step + SUFFIX);
    SafetensorsWriter writer = writer(state);
    network.addTo(writer);
    trainingStep.addTo(writer);
    writer.write(file);
    earlier.stream().filter(other -> !other.equals(file)).forEach(Checkpoints::delete);
    return file;
  }

  /** Writes the weights that are the best until now. */
  Path writeBest(RunState state, CaptionNetwork network) {
    SafetensorsWriter writer = writer(state);
    network.addTo(writer);
    writer.write(best());
    return best();
  }

  /** Takes the best weights over. */
  void loadBest(CaptionNetwork network) {
    network.load(open(best()));
  }

  private Path best() {
    return folder.resolve("best" + SUFFIX);
  }

  private SafetensorsWriter writer(RunState state) {
    SafetensorsWriter writer = new SafetensorsWriter(DataType.F32);
    state.toMap().forEach(writer::metadata);
    fingerprint.forEach((name, value) -> writer.metadata(RUN + name, value));
    return writer;
  }

  /** What a process that was killed left unfinished. */
  void deleteUnfinished() {
    list(WholeFile.TEMPORARY_SUFFIX).forEach(Checkpoints::delete);
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
      throw new UncheckedIOException("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file + ": " + e.getMessage(), e);
    }
  }
}
