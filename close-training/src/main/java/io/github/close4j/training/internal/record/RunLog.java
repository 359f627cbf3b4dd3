package io.github.close4j.training.internal.record;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log of JSON objects, one a line, each with a {@code step}; a line is in the file as soon as it
 * is added.
 */
public final class RunLog implements AutoCloseable {
  /** The event of a checkpoint. */
  public static final String CHECKPOINT = "checkpoint";

  private static final String STEP = "step";

  private final Path file;
  private final OutputStream out;

  private RunLog(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Opens a log to add to it. What a killed run logged after the checkpoint that it goes on from is
   * dropped, since it will be logged again, and so is a line that it did not finish.
   */
  public static RunLog open(Path file, long resumedAt) {
    List<JsonObject> kept =
        resumedAt == 0 || !Files.exists(file) ? List.of() : until(read(file), resumedAt);
    WholeFile.write(
        file,
        text -> {
          for (JsonObject line : kept) {
            text.write(line + "\n");
          }
        });
    try {
      return new RunLog(file, Files.newOutputStream(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw cannotBeWritten(file, e);
    }
  }

  /** Lines of the same step may stand before the checkpoint's and after it. */
  private static List<JsonObject> until(List<JsonObject> lines, long checkpointStep) {
    for (int i = 0; i < lines.size(); i++) {
      JsonObject line = lines.get(i);
      if (step(line) > checkpointStep) {
        return lines.subList(0, i);
      }
      if (step(line) == checkpointStep && isLastState(line)) {
        return lines.subList(0, i + 1);
      }
    }
    return lines;
  }

  private static boolean isLastState(JsonObject line) {
    return line.get("event").getAsString().equals(CHECKPOINT) && !line.get("best").getAsBoolean();
  }

  /** The finished lines of a log. */
  public static List<JsonObject> read(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(RunLog::parse).filter(Objects::nonNull).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static @Nullable JsonObject parse(String line) {
    try {
      JsonObject object = JsonParser.parseString(line).getAsJsonObject();
      return object.has(STEP) && object.has("event") ? object : null;
    } catch (JsonParseException | IllegalStateException e) {
      return null;
    }
  }

  public static long step(JsonObject line) {
    return line.get(STEP).getAsLong();
  }

  public void add(JsonObject line) {
    try {
      // One call, so that a kill leaves at most one unfinished line.
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw cannotBeWritten(file, e);
    }
  }

  private static UncheckedIOException cannotBeWritten(Path file, IOException e) {
    return new UncheckedIOException(file + ": cannot be written: " + FileFailure.reason(e), e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw cannotBeWritten(file, e);
    }
  }
}
