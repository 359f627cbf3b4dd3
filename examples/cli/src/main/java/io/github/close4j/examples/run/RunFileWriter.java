package io.github.close4j.examples.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.training.TrainingOptions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run as JSON; {@link RunFileReader} reads it. */
final class RunFileWriter {
  private final Path folder;

  /** Paths start from the folder, which is absolute. */
  RunFileWriter(Path folder) {
    this.folder = folder;
  }

  JsonObject json(RunDescription run) {
    JsonObject json = new JsonObject();
    json.addProperty("format", RunFile.FORMAT);
    json.addProperty("version", RunFile.VERSION);
    json.addProperty("task", run.task().title());
    json.addProperty("maxWords", run.maxWords());
    json.add("corpus", corpus(run.corpus()));
    json.addProperty("skipMalformed", run.skipMalformed());
    json.add("base", base(run.base()));
    json.add("adapter", adapter(run.adapter()));
    json.add("options", options(run.options()));
    if (run.validation() != null) {
      json.add("validation", validation(run.validation()));
    }
    if (run.evaluation() != null) {
      json.add("evaluation", evaluation(run.evaluation()));
    }
    return json;
  }

  private JsonObject corpus(CorpusFiles corpus) {
    JsonObject json = new JsonObject();
    corpus.files().forEach((part, file) -> json.add(part.key(), input(file)));
    if (!corpus.splits().isEmpty()) {
      JsonArray splits = new JsonArray();
      corpus.splits().forEach(splits::add);
      json.add("splits", splits);
    }
    return json;
  }

  private JsonObject input(InputFile file) {
    JsonObject json = new JsonObject();
    json.addProperty("path", path(file.path()));
    json.addProperty("sha256", file.sha256());
    return json;
  }

  private String path(Path path) {
    // On Windows another drive cannot be reached by a relative path.
    boolean reachable = Objects.equals(path.getRoot(), folder.getRoot());
    return (reachable ? folder.relativize(path) : path).toString().replace('\\', '/');
  }

  private JsonObject base(BaseModel base) {
    JsonObject json = new JsonObject();
    addInput(json, "model", base.model());
    addInput(json, "clip", base.clip());
    addInput(json, "t5", base.t5());
    json.addProperty("fromScratch", base.fromScratch());
    return json;
  }

  private JsonObject adapter(AdapterChoice adapter) {
    JsonObject json = new JsonObject();
    addInput(json, "file", adapter.file());
    json.addProperty("noiseStdDev", adapter.noiseStdDev());
    return json;
  }

  private void addInput(JsonObject json, String key, @Nullable InputFile file) {
    if (file != null) {
      json.add(key, input(file));
    }
  }

  private static JsonObject options(TrainingOptions options) {
    JsonObject json = new JsonObject();
    json.addProperty("epochs", options.epochs());
    json.addProperty("batchSize", options.batchSize());
    json.addProperty("accumulation", options.accumulation());
    json.addProperty("learningRate", options.learningRate());
    json.addProperty("weightDecay", options.weightDecay());
    if (Double.isFinite(options.maxGradientNorm())) {
      json.addProperty("maxGradientNorm", options.maxGradientNorm());
    }
    json.addProperty("dropout", options.dropout());
    json.addProperty("schedule", lowerCase(options.schedule()));
    json.addProperty("lengthBucketed", options.lengthBucketed());
    json.addProperty("bfloat16", options.bfloat16());
    json.addProperty("device", lowerCase(options.device()));
    json.addProperty("threads", options.threads());
    json.addProperty("seed", options.seed());
    json.addProperty("checkpointEverySteps", options.checkpointEverySteps());
    json.addProperty("earlyStopPatience", options.earlyStopPatience());
    json.addProperty("keepBest", options.keepBest());
    return json;
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private JsonObject validation(ValidationPlan plan) {
    JsonObject json = new JsonObject();
    json.add("corpus", corpus(plan.corpus()));
    json.addProperty("shown", plan.shown());
    if (plan.bestBy() != null) {
      json.addProperty("bestBy", plan.bestBy());
    }
    return json;
  }

  private JsonObject evaluation(EvaluationPlan plan) {
    JsonObject json = new JsonObject();
    json.add("corpus", corpus(plan.corpus()));
    if (plan.images() != null) {
      json.addProperty("images", path(plan.images()));
    }
    addInput(json, "vectors", plan.vectors());
    json.addProperty("metric", plan.metric());
    return json;
  }
}
