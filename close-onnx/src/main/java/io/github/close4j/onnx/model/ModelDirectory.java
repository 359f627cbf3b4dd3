package io.github.close4j.onnx.model;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.close4j.onnx.weights.ModelFileException;
import io.github.close4j.onnx.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A captioner on disk: {@code captioner.json} beside the weights and tokenizers it names.
 *
 * <p>It is opened only if every file has the SHA-256 that {@code captioner.json} states, so a
 * directory whose files were damaged or mixed with another model's is refused. Nothing in it is
 * executable, and no name in it may lead out of it.
 */
public final class ModelDirectory {
  /** Describes the model and names the other files. */
  public static final String MANIFEST = "captioner.json";

  /** CLIP's weights, with Hugging Face's names. */
  public static final String CLIP_WEIGHTS = "clip.safetensors";

  /** CLIP's tokenizer. */
  public static final String CLIP_TOKENIZER = "clip-tokenizer.json";

  /** T5's weights, with Hugging Face's names. */
  public static final String T5_WEIGHTS = "t5.safetensors";

  /** T5's tokenizer. */
  public static final String T5_TOKENIZER = "t5-tokenizer.json";

  /** The prefix's {@code weight}, {@code bias} and {@code constants}, those that its kind has. */
  public static final String PREFIX_WEIGHTS = "prefix.safetensors";

  private static final List<String> FILES =
      List.of(CLIP_WEIGHTS, CLIP_TOKENIZER, T5_WEIGHTS, T5_TOKENIZER, PREFIX_WEIGHTS);
  private static final int FORMAT_VERSION = 1;
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** {@code captioner.json}, as it is written. */
  private record Manifest(
      int formatVersion,
      @Nullable CaptionerConfig captioner,
      @Nullable Map<String, String> provenance,
      @Nullable Map<String, String> sha256) {}

  private final Path directory;
  private final CaptionerConfig config;
  private final Map<String, String> provenance;

  private ModelDirectory(Path directory, CaptionerConfig config, Map<String, String> provenance) {
    this.directory = directory;
    this.config = config;
    this.provenance = provenance;
  }

  /** Puts a model's files, all but the manifest, into a new directory. */
  @FunctionalInterface
  public interface Filler {
    /**
     * Writes the files.
     *
     * @param directory an empty directory
     * @throws IOException if one cannot be written
     */
    void fill(Path directory) throws IOException;
  }

  /**
   * Opens a directory and checks every file of it.
   *
   * @param directory the model directory
   * @return the model
   * @throws ModelFileException if a file is missing, damaged, or does not belong to the model; the
   *     message says which, what was expected and what was found
   */
  public static ModelDirectory open(Path directory) {
    Path file = directory.resolve(MANIFEST);
    Manifest manifest = readManifest(file);
    if (manifest.formatVersion() != FORMAT_VERSION) {
      throw new ModelFileException(
          file,
          "formatVersion: expected %d, found %d"
              .formatted(FORMAT_VERSION, manifest.formatVersion()));
    }
    if (manifest.captioner() == null || manifest.sha256() == null) {
      throw new ModelFileException(file, "expected 'captioner' and 'sha256', found one missing");
    }
    for (String name : FILES) {
      requireUnchanged(directory.resolve(name), manifest.sha256().get(name));
    }
    Map<String, String> provenance =
        manifest.provenance() == null ? Map.of() : Map.copyOf(manifest.provenance());
    return new ModelDirectory(directory, manifest.captioner(), provenance);
  }

  /**
   * Writes a model directory: under a temporary name beside it, then renamed, so that it appears
   * whole or not at all.
   *
   * @param directory the directory to make; must not exist
   * @param config the captioner's dimensions and defaults
   * @param provenance how it came about, free-form
   * @param filler writes the weights and tokenizers
   * @return the new model
   * @throws IllegalArgumentException if {@code directory} exists
   * @throws UncheckedIOException if a file cannot be written
   */
  public static ModelDirectory write(
      Path directory, CaptionerConfig config, Map<String, String> provenance, Filler filler) {
    requireAbsent(directory);
    Path absolute = directory.toAbsolutePath();
    try {
      Files.createDirectories(absolute.getParent());
      Path temporary =
          Files.createTempDirectory(absolute.getParent(), absolute.getFileName() + ".tmp");
      try {
        filler.fill(temporary);
        Map<String, String> sha256 = new TreeMap<>();
        for (String name : FILES) {
          sha256.put(name, Hashes.sha256(temporary.resolve(name)));
        }
        Manifest manifest = new Manifest(FORMAT_VERSION, config, new TreeMap<>(provenance), sha256);
        Files.writeString(temporary.resolve(MANIFEST), JSON.toJson(manifest) + "\n");
        Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        deleteQuietly(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + directory + ": " + e.getMessage(), e);
    }
    return open(directory);
  }

  /**
   * Refuses a target that exists, so that a long run can be refused before it begins.
   *
   * @param directory where a model is to be written
   * @throws IllegalArgumentException if something is there
   */
  public static void requireAbsent(Path directory) {
    if (Files.exists(directory)) {
      throw new IllegalArgumentException(
          directory + ": expected a path for a new model directory, found an existing one");
    }
  }

  /**
   * Dimensions and defaults.
   *
   * @return the captioner's configuration
   */
  public CaptionerConfig config() {
    return config;
  }

  /**
   * How the model came about.
   *
   * @return an unmodifiable map
   */
  public Map<String, String> provenance() {
    return provenance;
  }

  /**
   * The model's CLIP.
   *
   * @return its files
   */
  public ClipFiles clip() {
    return new ClipFiles(
        config.clip(), config.preprocessing(), file(CLIP_WEIGHTS), file(CLIP_TOKENIZER));
  }

  /**
   * Opens one of the weight files.
   *
   * @param name {@link #CLIP_WEIGHTS}, {@link #T5_WEIGHTS} or {@link #PREFIX_WEIGHTS}
   * @return its tensors
   * @throws ModelFileException if the file is not sound
   */
  public Safetensors weights(String name) {
    return Safetensors.open(file(name));
  }

  /**
   * The path of one of the files.
   *
   * @param name the file's name
   * @return its path
   */
  public Path file(String name) {
    return directory.resolve(name);
  }

  private static Manifest readManifest(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(file, "expected a model directory with this file, found none");
    }
    try {
      Manifest manifest = JSON.fromJson(Files.readString(file), Manifest.class);
      if (manifest == null) {
        throw new ModelFileException(file, "expected a JSON object, found nothing");
      }
      return manifest;
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be read: " + e.getMessage(), e);
    } catch (JsonParseException e) {
      throw new ModelFileException(file, "malformed: " + e.getMessage(), e);
    } catch (ModelFileException e) {
      throw e;
    } catch (RuntimeException e) {
      // Gson wraps what a record's constructor says of a wrong value.
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new ModelFileException(file, reason.getMessage(), e);
    }
  }

  private static void requireUnchanged(Path file, @Nullable String expected) {
    if (expected == null) {
      throw new ModelFileException(file, "expected a SHA-256 in " + MANIFEST + ", found none");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(file, "expected a file of SHA-256 " + expected + ", found none");
    }
    try {
      String found = Hashes.sha256(file);
      if (!found.equals(expected)) {
        throw new ModelFileException(
            file, "expected SHA-256 %s, found %s".formatted(expected, found));
      }
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static void deleteQuietly(Path directory) throws IOException {
    if (Files.exists(directory)) {
      com.google.common.io.MoreFiles.deleteRecursively(
          directory, com.google.common.io.RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
