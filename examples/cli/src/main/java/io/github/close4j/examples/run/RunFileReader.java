package io.github.close4j.examples.run;

import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.training.LearningRateSchedule;
import io.github.close4j.training.TrainingDevice;
import io.github.close4j.training.TrainingOptions;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run of JSON, as {@link RunFileWriter} writes it. */
final class RunFileReader {
  private final Path folder;

  /** Paths start from the folder, which is absolute. */
  RunFileReader(Path folder) {
    this.folder = folder;
  }

  RunDescription run(JsonSection json) {
    requireFormat(json);
    JsonSection validation = json.sectionOrNull("validation");
    JsonSection evaluation = json.sectionOrNull("evaluation");
    RunDescription run =
        new RunDescription(
            RunTask.of(json.text("task")),
            json.smallInteger("maxWords"),
            corpus(json.section("corpus")),
            json.flag("skipMalformed"),
            base(json.section("base")),
            adapter(json.section("adapter")),
            options(json.section("options")),
            validation == null ? null : validation(validation),
            evaluation == null ? null : evaluation(evaluation));
    json.requireNothingElse();
    return run;
  }

  private static void requireFormat(JsonSection json) {
    String format = json.text("format");
    long version = json.integer("version");
    if (!format.equals(RunFile.FORMAT) || version != RunFile.VERSION) {
      throw new IllegalArgumentException(
          "run file: expected format %s of version %d, found %s of version %d"
              .formatted(RunFile.FORMAT, RunFile.VERSION, format, version));
    }
  }

  private CorpusFiles corpus(JsonSection json) {
    Map<Part, InputFile> files = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      InputFile file = inputOrNull(json, part.key());
      if (file != null) {
        files.put(part, file);
      }
    }
    return new CorpusFiles(files, json.has("splits") ? json.texts("splits") : List.of());
  }

  private @Nullable InputFile inputOrNull(JsonSection json, String key) {
    JsonSection input = json.sectionOrNull(key);
    return input == null
        ? null
        : new InputFile(folder.resolve(input.text("path")), input.text("sha256"));
  }

  private BaseModel base(JsonSection json) {
    return new BaseModel(
        inputOrNull(json, "model"),
        inputOrNull(json, "clip"),
        inputOrNull(json, "t5"),
        json.flag("fromScratch"));
  }

  private AdapterChoice adapter(JsonSection json) {
    return new AdapterChoice(inputOrNull(json, "file"), json.number("noiseStdDev"));
  }

  private static TrainingOptions options(JsonSection json) {
    return new TrainingOptions(
        json.smallInteger("epochs"),
        json.smallInteger("batchSize"),
        json.smallInteger("accumulation"),
        json.number("learningRate"),
        json.number("weightDecay"),
        json.has("maxGradientNorm") ? json.number("maxGradientNorm") : Double.POSITIVE_INFINITY,
        json.number("dropout"),
        json.constant("schedule", LearningRateSchedule.class),
        json.flag("lengthBucketed"),
        json.flag("bfloat16"),
        json.constant("device", TrainingDevice.class),
        json.smallInteger("threads"),
        json.integer("seed"),
        json.integer("checkpointEverySteps"),
        json.smallInteger("earlyStopPatience"),
        json.flag("keepBest"));
  }

  private ValidationPlan validation(JsonSection json) {
    return new ValidationPlan(
        corpus(json.section("corpus")), json.smallInteger("shown"), json.textOrNull("bestBy"));
  }

  private EvaluationPlan evaluation(JsonSection json) {
    String images = json.textOrNull("images");
    return new EvaluationPlan(
        corpus(json.section("corpus")),
        images == null ? null : folder.resolve(images),
        inputOrNull(json, "vectors"),
        json.text("metric"));
  }
}
