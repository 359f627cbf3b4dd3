package io.github.close4j.examples.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.Precision;
import io.github.close4j.training.LearningRateSchedule;
import io.github.close4j.training.TrainingOptions;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
  private static final String FORMAT = "close4j-training-run";
  private static final int VERSION = 1;
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** What paths start from, absolute. */
  private final Path folder;

  private RunFile(Path file) {
    this.folder = file.toAbsolutePath().normalize().resolveSibling("");
  }

  /** The devices by their names in run files and options. */
  public enum DeviceName {
    /** {@link Device#auto}. */
    AUTO(Device.auto()),
    /** {@link Device#cpu}. */
    CPU(Device.cpu()),
    /** CUDA's first device. */
    CUDA(Device.cuda(0));

    private final Device device;

    DeviceName(Device device) {
      this.device = device;
    }

    /** The device of this name. */
    public Device device() {
      return device;
    }

    static DeviceName of(Device device) {
      for (DeviceName name : values()) {
        if (name.device.equals(device)) {
          return name;
        }
      }
      throw new IllegalArgumentException("device: expected one that has a name, found " + device);
    }
  }

  /**
   * Writes a run, whole or not at all.
   *
   * @param run the run
   * @param file the file; replaced if it exists
   * @throws java.io.UncheckedIOException if it cannot be written
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
    return new RunFile(file).json(run);
  }

  /**
   * Reads a run. Its inputs are not looked at: see {@link RunDescription#requireUnchangedInputs}.
   *
   * @param file the file
   * @return the run, equal to the one written
   * @throws UnusableFileException if the file is missing, is no JSON object, lacks a key, has an
   *     unknown one, or a value is not what is expected; the message says which
   */
  public static RunDescription read(Path file) {
    Json json = Json.read(file);
    try {
      return new RunFile(file).run(json);
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private JsonObject json(RunDescription run) {
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.addProperty("version", VERSION);
    json.addProperty("task", run.task().title());
    json.addProperty("maxWords", run.maxWords());
    json.add("corpus", json(run.corpus()));
    json.addProperty("skipMalformed", run.skipMalformed());
    json.add("base", json(run.base()));
    json.add("adapter", json(run.adapter()));
    json.add("options", json(run.options()));
    if (run.validation() != null) {
      json.add("validation", json(run.validation()));
    }
    if (run.evaluation() != null) {
      json.add("evaluation", json(run.evaluation()));
    }
    return json;
  }

  private RunDescription run(Json json) {
    String format = json.text("format");
    long version = json.wholeNumber("version");
    if (!format.equals(FORMAT) || version != VERSION) {
      throw new IllegalArgumentException(
          "expected format %s of version %d, found %s of version %d"
              .formatted(FORMAT, VERSION, format, version));
    }
    RunDescription run =
        new RunDescription(
            CorpusTask.of(json.text("task")),
            json.integer("maxWords"),
            corpus(json.object("corpus")),
            json.flag("skipMalformed"),
            base(json.object("base")),
            adapter(json.object("adapter")),
            options(json.object("options")),
            json.has("validation") ? validation(json.object("validation")) : null,
            json.has("evaluation") ? evaluation(json.object("evaluation")) : null);
    json.requireNothingElse();
    return run;
  }

  private JsonObject json(CorpusFiles corpus) {
    JsonObject json = new JsonObject();
    corpus.files().forEach((part, file) -> addInput(json, part.key(), file));
    if (!corpus.splits().isEmpty()) {
      JsonArray splits = new JsonArray();
      corpus.splits().forEach(splits::add);
      json.add("splits", splits);
    }
    return json;
  }

  private CorpusFiles corpus(Json json) {
    Map<Part, InputFile> files = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      InputFile file = inputOrNull(json, part.key());
      if (file != null) {
        files.put(part, file);
      }
    }
    return new CorpusFiles(files, json.has("splits") ? json.texts("splits") : List.of());
  }

  private void addInput(JsonObject json, String key, @Nullable InputFile file) {
    if (file != null) {
      JsonObject input = new JsonObject();
      input.addProperty("path", path(file.path()));
      input.addProperty("sha256", file.sha256());
      json.add(key, input);
    }
  }

  private @Nullable InputFile inputOrNull(Json json, String key) {
    if (!json.has(key)) {
      return null;
    }
    Json input = json.object(key);
    return new InputFile(folder.resolve(input.text("path")), input.text("sha256"));
  }

  private String path(Path path) {
    // On Windows another drive cannot be reached by a relative path.
    boolean reachable = Objects.equals(path.getRoot(), folder.getRoot());
    return (reachable ? folder.relativize(path) : path).toString().replace('\\', '/');
  }

  private JsonObject json(RunDescription.Base base) {
    JsonObject json = new JsonObject();
    addInput(json, "model", base.model());
    addInput(json, "clip", base.clip());
    addInput(json, "t5", base.t5());
    json.addProperty("fromScratch", base.fromScratch());
    return json;
  }

  private RunDescription.Base base(Json json) {
    return new RunDescription.Base(
        inputOrNull(json, "model"),
        inputOrNull(json, "clip"),
        inputOrNull(json, "t5"),
        json.flag("fromScratch"));
  }

  private JsonObject json(RunDescription.Adapter adapter) {
    JsonObject json = new JsonObject();
    addInput(json, "file", adapter.file());
    json.addProperty("noiseStdDev", adapter.noiseStdDev());
    return json;
  }

  private RunDescription.Adapter adapter(Json json) {
    return new RunDescription.Adapter(inputOrNull(json, "file"), json.number("noiseStdDev"));
  }

  private static JsonObject json(TrainingOptions options) {
    JsonObject json = new JsonObject();
    json.addProperty("epochs", options.epochs());
    json.addProperty("maxSteps", options.maxSteps());
    json.addProperty("batchSize", options.batchSize());
    json.addProperty("accumulation", options.accumulation());
    json.addProperty("learningRate", options.learningRate());
    json.addProperty("weightDecay", options.weightDecay());
    if (Double.isFinite(options.maxGradientNorm())) {
      json.addProperty("maxGradientNorm", options.maxGradientNorm());
    }
    json.addProperty("dropout", options.dropout());
    json.addProperty("samples", options.samples());
    json.addProperty("schedule", lowerCase(options.schedule()));
    json.addProperty("lengthBucketed", options.lengthBucketed());
    json.addProperty("bfloat16", options.bfloat16());
    json.addProperty("device", lowerCase(DeviceName.of(options.device())));
    json.addProperty("threads", options.threads());
    json.addProperty("seed", options.seed());
    json.addProperty("checkpointEverySteps", options.checkpointEverySteps());
    json.addProperty("earlyStopPatience", options.earlyStopPatience());
    json.addProperty("keepBest", options.keepBest());
    json.addProperty("weightPrecision", lowerCase(options.weightPrecision()));
    return json;
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static TrainingOptions options(Json json) {
    return new TrainingOptions(
        json.integer("epochs"),
        json.wholeNumber("maxSteps"),
        json.integer("batchSize"),
        json.integer("accumulation"),
        json.number("learningRate"),
        json.number("weightDecay"),
        json.number("maxGradientNorm", Double.POSITIVE_INFINITY),
        json.number("dropout"),
        json.integer("samples"),
        json.constant("schedule", LearningRateSchedule.class),
        json.flag("lengthBucketed"),
        json.flag("bfloat16"),
        json.constant("device", DeviceName.class).device(),
        json.integer("threads"),
        json.wholeNumber("seed"),
        json.wholeNumber("checkpointEverySteps"),
        json.integer("earlyStopPatience"),
        json.flag("keepBest"),
        json.constant("weightPrecision", Precision.class));
  }

  private JsonObject json(RunDescription.Validation validation) {
    JsonObject json = new JsonObject();
    json.add("corpus", json(validation.corpus()));
    json.addProperty("shown", validation.shown());
    if (validation.bestBy() != null) {
      json.addProperty("bestBy", validation.bestBy());
    }
    return json;
  }

  private RunDescription.Validation validation(Json json) {
    return new RunDescription.Validation(
        corpus(json.object("corpus")), json.integer("shown"), json.textOrNull("bestBy"));
  }

  private JsonObject json(RunDescription.Evaluation evaluation) {
    JsonObject json = new JsonObject();
    json.add("corpus", json(evaluation.corpus()));
    if (evaluation.images() != null) {
      json.addProperty("images", path(evaluation.images()));
    }
    addInput(json, "vectors", evaluation.vectors());
    json.addProperty("metric", evaluation.metric());
    return json;
  }

  private RunDescription.Evaluation evaluation(Json json) {
    String images = json.textOrNull("images");
    return new RunDescription.Evaluation(
        corpus(json.object("corpus")),
        images == null ? null : folder.resolve(images),
        inputOrNull(json, "vectors"),
        json.text("metric"));
  }
}
