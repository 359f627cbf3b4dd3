package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.AdapterChoice;
import io.github.close4j.examples.run.BaseModel;
import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.examples.run.EvaluationPlan;
import io.github.close4j.examples.run.InputFile;
import io.github.close4j.examples.run.RunDescription;
import io.github.close4j.examples.run.RunTask;
import io.github.close4j.examples.run.ValidationPlan;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** All that describes a run. */
final class RunOptions {
  @Mixin private ModelOption model;
  @Mixin private CorpusOptions corpus;
  @Mixin private OptimizerOptions optimizer;

  @Option(
      names = "--max-words",
      defaultValue = "" + RunTask.DEFAULT_MAX_WORDS,
      description = "Longer texts of a style are cut to this (default: ${DEFAULT-VALUE}).")
  private int maxWords;

  @Option(
      names = "--captions",
      paramLabel = "FILE",
      description = {
        "Short for --corpus captions=FILE: a caption a line,",
        ".jsonl with {\"captions\": [...]} a line, or COCO's .json."
      })
  private @Nullable Path captions;

  @Option(
      names = "--clip",
      paramLabel = "DIR",
      description = "Hugging Face's directory of a CLIP, in place of --model's.")
  private @Nullable Path clip;

  @Option(
      names = "--t5",
      paramLabel = "DIR",
      description = "Hugging Face's directory of a T5, in place of --model's.")
  private @Nullable Path t5;

  @Option(
      names = "--from-scratch",
      description = "Start T5 from random weights instead of from those of --model or --t5.")
  private boolean fromScratch;

  @Option(
      names = "--noise",
      paramLabel = "SIGMA",
      description =
          "Standard deviation of the Gaussian noise (default: the task's; 0 with --adapter).")
  private @Nullable Double noiseStdDev;

  @Option(
      names = "--adapter",
      paramLabel = "FILE",
      description = "A fitted adapter, which comes before the noise.")
  private @Nullable Path adapter;

  @Option(
      names = "--validation",
      paramLabel = "PART=FILE",
      description = "Held-out text to judge each epoch on; parts as those of --corpus.")
  private Map<Part, Path> validation = new EnumMap<>(Part.class);

  @Option(
      names = "--validation-splits",
      split = ",",
      paramLabel = "SPLIT",
      description = "As --splits, for --validation.")
  private List<String> validationSplits = List.of();

  @Option(
      names = "--shown",
      defaultValue = "5",
      description = "Held-out examples to show at each validation (default: ${DEFAULT-VALUE}).")
  private int shown;

  @Option(
      names = "--best-by",
      paramLabel = "SCORE",
      description = "What the best epoch has most of, such as CIDEr-D (default: least loss).")
  private @Nullable String bestBy;

  @Option(
      names = "--evaluation",
      paramLabel = "PART=FILE",
      description = "What to evaluate the model on, with pictures; parts as those of --corpus.")
  private Map<Part, Path> evaluation = new EnumMap<>(Part.class);

  @Option(
      names = "--evaluation-splits",
      split = ",",
      paramLabel = "SPLIT",
      description = "As --splits, for --evaluation.")
  private List<String> evaluationSplits = List.of();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Where the pictures of --evaluation are (default: beside its file).")
  private @Nullable Path images;

  @Option(
      names = "--image-vectors",
      paramLabel = "FILE",
      description = "Their CLIP vectors in place of them, row by row: .npy or safetensors.")
  private @Nullable Path imageVectors;

  @Option(
      names = "--metric",
      description = "What to compare models by (default: CIDEr-D; VQA accuracy, accuracy).")
  private @Nullable String metric;

  /**
   * The run; misuse is reported as the command's. The folder is where a copy of the built-in model
   * goes if the run starts from it.
   */
  RunDescription description(CommandLine command, Path folder) {
    if (captions != null) {
      corpus.putCaptions(captions);
    }
    if (corpus.isEmpty()) {
      throw new ParameterException(command, "expected --captions, --corpus or --run, found none");
    }
    // Misuse of these is told before any file is read.
    BaseModel base = base(command, folder);
    return new RunDescription(
        corpus.task(),
        maxWords,
        corpus.files(),
        corpus.skipMalformed(),
        base,
        new AdapterChoice(adapter == null ? null : InputFile.of(adapter), noise()),
        optimizer.of(corpus.task()),
        validation.isEmpty()
            ? null
            : new ValidationPlan(CorpusOptions.files(validation, validationSplits), shown, bestBy),
        evaluation.isEmpty() ? null : evaluationPlan());
  }

  private EvaluationPlan evaluationPlan() {
    return new EvaluationPlan(
        CorpusOptions.files(evaluation, evaluationSplits),
        images,
        imageVectors == null ? null : InputFile.of(imageVectors),
        metric != null ? metric : corpus.task().metric());
  }

  private double noise() {
    if (noiseStdDev != null) {
      return noiseStdDev;
    }
    return adapter == null ? corpus.task().noiseStdDev() : 0;
  }

  private BaseModel base(CommandLine command, Path folder) {
    if ((clip == null) != (t5 == null)) {
      throw new ParameterException(command, "expected --clip and --t5 together, found one of them");
    }
    return clip != null && t5 != null
        ? BaseModel.ofPretrained(clip, t5, fromScratch)
        : BaseModel.ofModel(model.directoryThatLasts(folder), fromScratch);
  }
}
