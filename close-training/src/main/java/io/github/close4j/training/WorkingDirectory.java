package io.github.close4j.training;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a run keeps what it needs to go on. Asked for room before anything is computed. */
final class WorkingDirectory {
  private final Path directory;

  private WorkingDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the directory.
   *
   * @throws UncheckedIOException if nothing can be written there
   */
  static WorkingDirectory make(Path directory) {
    WorkingDirectory made = new WorkingDirectory(directory);
    try {
      Files.createDirectories(made.checkpoints());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot make " + made.checkpoints() + ": " + e.getMessage(), e);
    }
    return made;
  }

  Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  /**
   * Requires room, by writing a file and by asking the file store.
   *
   * @param path a directory, or a file to come; the nearest directory above it that exists counts
   * @param bytes how much will be written
   * @throws UncheckedIOException if there is less, or nothing can be written
   */
  static void requireRoom(Path path, long bytes) {
    Path existing = path.toAbsolutePath().normalize();
    while (!Files.isDirectory(existing)) {
      existing = existing.getParent();
    }
    try {
      Files.delete(Files.createTempFile(existing, "probe", ".tmp"));
      long usable = Files.getFileStore(existing).getUsableSpace();
      if (usable < bytes) {
        throw new IOException("expected room for %d bytes, found %d".formatted(bytes, usable));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write in " + existing + ": " + e, e);
    }
  }

  /** Saves the examples of a batch that training failed on. */
  Path saveBatch(long step, List<Integer> rows, List<TrainingExample> examples) {
    JsonArray batch = new JsonArray();
    for (int row : rows) {
      TrainingExample example = examples.get(row);
      JsonObject entry = new JsonObject();
      entry.addProperty("example", row);
      entry.add("clipTexts", strings(example.clipTexts()));
      if (example.text() != null) {
        entry.addProperty("text", example.text());
      }
      entry.add("targets", strings(example.targets()));
      batch.add(entry);
    }
    Path file = directory.resolve("non-finite-step-" + step + ".json");
    try {
      Files.writeString(file, new GsonBuilder().setPrettyPrinting().create().toJson(batch) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
    return file;
  }

  private static JsonArray strings(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }
}
