package io.github.close4j.examples.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Runs as JSON files.
 *
 * <pre>{@code
 * {
 *   "format": "close4j-training-run", "version": 1,
 *   "task": "captioning-single", "maxWords": 40,
 *   "corpus": {"captions": {"path": "../captions.txt", "sha256": "…"}},
 *   "skipMalformed": false,
 *   "base": {"clip": {…}, "t5": {…}, "fromScratch": false},
 *   "adapter": {"noiseStdDev": 0.12},
 *   "options": {"epochs": 8, "batchSize": 128, …, "seed": 1, …},
 *   "validation": {"corpus": {…}, "shown": 5, "bestBy": "CIDEr-D"},
 *   "evaluation": {"corpus": {…}, "vectors": {…}, "metric": "CIDEr-D"}
 * }
 * }</pre>
 *
 * <p>Paths start from the file's own folder. {@code validation} and {@code evaluation} may be
 * missing, and in {@code options} a {@code maxGradientNorm} for no clipping; everything else is
 * stated, so that a later release's defaults do not change the run. Unknown keys are refused.
 */
public final class RunFile {
  static final String FORMAT = "close4j-training-run";
  static final int VERSION = 1;

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private RunFile() {}

  /**
   * Writes a run, whole or not at all.
   *
   * @param run the run
   * @param file the file; replaced if it exists
   * @throws UncheckedIOException if it cannot be written
   */
  public static void write(RunDescription run, Path file) {
    JsonObject json = json(run, file);
    WholeFile.write(
        file,
        text -> {
          JSON.toJson(json, text);
          text.write('\n');
        });
  }

  /** What {@link #write} writes. */
  static JsonObject json(RunDescription run, Path file) {
    return new RunFileWriter(file.toAbsolutePath().normalize().getParent()).json(run);
  }

  /**
   * Reads a run. Its inputs are not looked at: see {@link RunDescription#requireUnchangedInputs}.
   *
   * @param file the file
   * @return the run, equal to the one written
   * @throws IllegalArgumentException if the file is missing, is no JSON object, lacks a key, has an
   *     unknown one, or a value is not what is expected; the message says which
   * @throws UncheckedIOException if it cannot be read
   */
  public static RunDescription read(Path file) {
    try {
      JsonElement json = JsonParser.parseString(Files.readString(file));
      if (!json.isJsonObject()) {
        throw new IllegalArgumentException(file + ": expected a JSON object, found another value");
      }
      Path folder = file.toAbsolutePath().normalize().getParent();
      return new RunFileReader(folder)
          .run(new JsonSection(file.toString(), json.getAsJsonObject()));
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(file + ": expected JSON: " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": expected a run file, found none", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
