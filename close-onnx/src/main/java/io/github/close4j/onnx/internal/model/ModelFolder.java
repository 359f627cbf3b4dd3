package io.github.close4j.onnx.internal.model;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.UsableFile;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A captioner on disk: {@code captioner.json} beside the weights and tokenizers it names.
 *
 * <p>It is opened only if every file, and the configuration in {@code captioner.json} itself, has
 * the SHA-256 that {@code captioner.json} states, so a directory whose files were damaged or mixed
 * with another model's is refused. Nothing in it is executable, and no name in it may lead out of
 * it.
 *
 * <p>Where a model was made of exported ONNX graphs, these lie beside the weights; see {@link
 * io.github.close4j.onnx.internal.checkpoint.ExportedCaptioner}.
 */
public final class ModelFolder {
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

  /**
   * The prefix's {@code weight}, {@code bias} and {@code constants}, those that its kind has, and
   * the {@linkplain ImageAdapter image adapter's} tensors.
   */
  public static final String PREFIX_WEIGHTS = "prefix.safetensors";

  /** CLIP's exported vision tower, in a model that has one. */
  public static final String CLIP_VISION_GRAPH = "clip-vision.onnx";

  /** CLIP's exported text tower, in a model that has one. */
  public static final String CLIP_TEXT_GRAPH = "clip-text.onnx";

  /** T5's exported encoder, in a model that has one. */
  public static final String T5_ENCODER_GRAPH = "t5-encoder.onnx";

  /** T5's exported decoder of first tokens, in a model that has one. */
  public static final String T5_DECODER_GRAPH = "t5-decoder.onnx";

  /** T5's exported decoder of later tokens, in a model that has one. */
  public static final String T5_PAST_GRAPH = "t5-decoder-with-past.onnx";

  /**
   * How far captions are to be trusted, in a model that was {@linkplain Calibration calibrated}.
   */
  public static final String CALIBRATION = "calibration.safetensors";

  /** CLIP's exported graphs: the vision tower, and the text tower if there is one. */
  public static final List<String> CLIP_GRAPHS = List.of(CLIP_VISION_GRAPH, CLIP_TEXT_GRAPH);

  /** T5's exported graphs, all or none. */
  public static final List<String> T5_GRAPHS =
      List.of(T5_ENCODER_GRAPH, T5_DECODER_GRAPH, T5_PAST_GRAPH);

  /** The provenance's key for what a model was calibrated on. */
  private static final String CALIBRATION_PROVENANCE = "calibration";

  private static final List<String> FILES =
      List.of(CLIP_WEIGHTS, CLIP_TOKENIZER, T5_WEIGHTS, T5_TOKENIZER, PREFIX_WEIGHTS);

  /** Exported graphs, in the place of those that are built from the configuration. */
  private static final List<String> GRAPHS =
      Stream.of(CLIP_GRAPHS, T5_GRAPHS).flatMap(List::stream).toList();

  /** What a model may have besides. */
  private static final List<String> OPTIONAL =
      Stream.concat(GRAPHS.stream(), Stream.of(CALIBRATION)).toList();

  private final Path directory;
  private final CaptionerConfig config;
  private final Map<String, String> provenance;
  private final Map<String, String> sha256;

  private ModelFolder(Path directory, Manifest manifest) {
    this.directory = directory;
    this.config = manifest.captioner();
    this.provenance = manifest.provenance();
    this.sha256 = manifest.sha256();
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
   * @throws UnusableFileException if a file is missing, damaged, or does not belong to the model;
   *     the message says which, what was expected and what was found
   * @throws java.util.concurrent.CancellationException if this thread is interrupted
   */
  public static ModelFolder open(Path directory) {
    Manifest manifest = Manifest.read(directory.resolve(MANIFEST), FILES, OPTIONAL);
    manifest.sha256().forEach((name, hash) -> requireUnchanged(directory.resolve(name), hash));
    return new ModelFolder(directory, manifest);
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
   * @throws IllegalArgumentException if {@code directory} exists, or if the filler leaves out a
   *     file
   * @throws UncheckedIOException if a file cannot be written
   */
  public static ModelFolder write(
      Path directory, CaptionerConfig config, Map<String, String> provenance, Filler filler) {
    requireAbsent(directory);
    try (WholeFile.NewDirectory made = WholeFile.NewDirectory.beside(directory)) {
      filler.fill(made.path());
      Map<String, String> sha256 = new TreeMap<>();
      for (String name : FILES) {
        sha256.put(name, sha256Of(made.path().resolve(name)));
      }
      for (String name : GRAPHS) {
        if (Files.exists(made.path().resolve(name))) {
          sha256.put(name, sha256Of(made.path().resolve(name)));
        }
      }
      new Manifest(config, provenance, sha256).write(made.path().resolve(MANIFEST));
      made.publish();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + directory + ": " + FileFailure.reason(e), e);
    }
    return open(directory);
  }

  private static String sha256Of(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "filler: expected it to write " + file.getFileName() + ", found no such file");
    }
    return WholeFile.sha256(file);
  }

  /**
   * Writes a copy of this model whose pictures pass another affine map. It is not calibrated: it
   * says something else.
   *
   * @param target the directory to make; must not exist
   * @param adapter the map, which takes the place of this model's own
   * @return the new model
   * @throws IllegalArgumentException if {@code target} exists, or the adapter is of another
   *     dimension
   * @throws UncheckedIOException if a file cannot be written
   */
  public ModelFolder withImageAdapter(Path target, ImageAdapter adapter) {
    adapter.requireDimension(config.clip().projectionDim());
    CaptionerConfig adapted =
        new CaptionerConfig(
            config.clip(),
            config.preprocessing(),
            config.t5(),
            config.prefix(),
            adapter.kind(),
            config.decoding(),
            config.maxTextTokens());
    Map<String, String> origin = new TreeMap<>(provenance);
    origin.remove(CALIBRATION_PROVENANCE);
    return write(
        target,
        adapted,
        origin,
        temporary -> {
          for (String name : sha256.keySet()) {
            if (!name.equals(CALIBRATION)) {
              WholeFile.copy(file(name), temporary.resolve(name));
            }
          }
          writePrefix(temporary.resolve(PREFIX_WEIGHTS), adapter);
        });
  }

  private void writePrefix(Path target, ImageAdapter adapter) {
    Safetensors prefix = weights(PREFIX_WEIGHTS);
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    for (String name : prefix.names()) {
      if (!name.equals(ImageAdapter.MATRIX) && !name.equals(ImageAdapter.BIAS)) {
        StoredTensor tensor = prefix.tensor(name);
        writer.add(name, tensor.toFloatArray(), tensor.shape());
      }
    }
    adapter.addTo(writer);
    writer.write(target);
  }

  /**
   * Puts a calibration into this directory, in place of one that it has. The directory is a sound
   * model at every moment: meanwhile one without a calibration.
   *
   * @param calibration of this model
   * @param told what to say of it in the provenance, under {@value #CALIBRATION_PROVENANCE}
   * @return the model with it
   * @throws UncheckedIOException if a file cannot be written
   */
  public ModelFolder calibrated(Calibration calibration, String told) {
    calibration.requireDimension(config.clip().projectionDim());
    Map<String, String> files = new TreeMap<>(sha256);
    Map<String, String> origin = new TreeMap<>(provenance);
    files.remove(CALIBRATION);
    origin.remove(CALIBRATION_PROVENANCE);
    Path manifest = directory.resolve(MANIFEST);
    Path file = directory.resolve(CALIBRATION);
    try {
      if (has(CALIBRATION)) {
        new Manifest(config, origin, files).write(manifest);
      }
      calibration.write(file);
      files.put(CALIBRATION, WholeFile.sha256(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + FileFailure.reason(e), e);
    }
    origin.put(CALIBRATION_PROVENANCE, told);
    new Manifest(config, origin, files).write(manifest);
    return open(directory);
  }

  /**
   * Refuses a target that exists, so that a long run can be refused before it begins.
   *
   * @param directory where a model is to be written
   * @throws IllegalArgumentException if something is there
   */
  public static void requireAbsent(Path directory) {
    // A link to nothing, too: what is renamed at the end does not take its place.
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
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
    List<Path> graphs = CLIP_GRAPHS.stream().filter(this::has).map(this::file).toList();
    return new ClipFiles(
        config.clip(), config.preprocessing(), file(CLIP_WEIGHTS), file(CLIP_TOKENIZER), graphs);
  }

  /**
   * How far the model's captions are to be trusted.
   *
   * @return the calibration; empty if the model was not calibrated
   * @throws UnusableFileException if the file is not sound, or of another CLIP
   */
  public Optional<Calibration> calibration() {
    if (!has(CALIBRATION)) {
      return Optional.empty();
    }
    return Optional.of(Calibration.read(file(CALIBRATION), config.clip().projectionDim()));
  }

  /**
   * Whether the model has one of the files.
   *
   * @param name the file's name
   * @return false for exported graphs and a calibration that are not part of this model
   */
  public boolean has(String name) {
    return sha256.containsKey(name);
  }

  /**
   * Opens one of the weight files.
   *
   * @param name {@link #CLIP_WEIGHTS}, {@link #T5_WEIGHTS} or {@link #PREFIX_WEIGHTS}
   * @return its tensors
   * @throws UnusableFileException if the file is not sound
   */
  public Safetensors weights(String name) {
    return Safetensors.open(file(name));
  }

  /**
   * The path of one of the files.
   *
   * @param name the file's name
   * @return its path
   * @throws IllegalArgumentException if a model directory has no file of that name
   */
  public Path file(String name) {
    if (!has(name)) {
      throw unknown(name);
    }
    return directory.resolve(name);
  }

  /**
   * The SHA-256 that one of the files had when the directory was opened.
   *
   * @param name the file's name
   * @return 64 lower-case hexadecimal digits
   * @throws IllegalArgumentException if a model directory has no file of that name
   */
  public String sha256(String name) {
    String stated = sha256.get(name);
    if (stated == null) {
      throw unknown(name);
    }
    return stated;
  }

  private IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "file: expected one of " + new TreeSet<>(sha256.keySet()) + ", found " + name);
  }

  private static void requireUnchanged(Path file, String expected) {
    UsableFile.require(file, "a file of SHA-256 " + expected);
    try {
      String found = WholeFile.sha256(file);
      if (!found.equals(expected)) {
        throw new UnusableFileException(
            file, "expected SHA-256 %s, found %s".formatted(expected, found));
      }
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
  }
}
