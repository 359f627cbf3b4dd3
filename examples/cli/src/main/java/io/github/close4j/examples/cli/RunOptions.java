package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.examples.run.CorpusTask;
import io.github.close4j.examples.run.InputFile;
import io.github.close4j.examples.run.RunDescription;
import io.github.close4j.examples.run.RunFile;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A run by options or by a file, not by both: what a file says is what is run. */
final class RunOptions {
  private static final String RUN = "--run";

  private static final Set<Class<?>> DESCRIBING =
      Set.of(
          RunOptions.class, CorpusOptions.class, OptimizerOptions.class, ModelOption.Choice.class);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = RUN,
      paramLabel = "FILE",
      description = "A run file, in place of all options that describe a run.")
  private @Nullable Path file;

  @Mixin private ModelOption model;
  @Mixin private CorpusOptions corpus;
  @Mixin private OptimizerOptions optimizer;

  @Option(
      names = "--max-words",
      defaultValue = "" + CorpusTask.DEFAULT_MAX_WORDS,
      description = "Task style: cut texts to so many words (default: ${DEFAULT-VALUE}).")
  private int maxWords;

  @Option(
      names = "--captions",
      paramLabel = "FILE",
      description =
          "Captions to learn from; short for --corpus captions=FILE. One caption in a line, "
              + "columns with an image and a caption, or JSON as COCO's or BLIP's.")
  private @Nullable Path captions;

  @Option(
      names = "--clip",
      paramLabel = "DIR",
      converter = PretrainedFolder.Clip.class,
      description =
          "Start from this CLIP instead of from --model: a folder, or its name on the Hugging Face "
              + "hub if it is in the cache.")
  private @Nullable Path clip;

  @Option(
      names = "--t5",
      paramLabel = "DIR",
      converter = PretrainedFolder.T5.class,
      description =
          "Start from this T5 instead of from --model: a folder, or its name on the Hugging Face "
              + "hub if it is in the cache.")
  private @Nullable Path t5;

  @Option(
      names = "--from-scratch",
      description = "Start T5 from random weights instead of trained ones.")
  private boolean fromScratch;

  @Option(
      names = "--noise",
      paramLabel = "SIGMA",
      description =
          "Standard deviation of the Gaussian noise on each vector component "
              + "(default: the paper's for the task; 0 with --adapter).")
  private @Nullable Double noiseStdDev;

  @Option(
      names = "--adapter",
      paramLabel = "FILE",
      description = "A fitted adapter to apply before the noise.")
  private @Nullable Path adapter;

  @Option(
      names = "--validation",
      paramLabel = "PART=FILE",
      description = "Held-out text to judge each epoch on; the parts are those of --corpus.")
  private Map<Part, Path> validation = new EnumMap<>(Part.class);

  @Option(
      names = "--validation-splits",
      split = ",",
      paramLabel = "SPLIT",
      description = "Like --splits, for --validation.")
  private List<String> validationSplits = List.of();

  @Option(
      names = "--shown",
      defaultValue = "5",
      description = "How many held-out examples to show each time (default: ${DEFAULT-VALUE}).")
  private int shown;

  @Option(
      names = "--best-by",
      paramLabel = "SCORE",
      description = "Choose the best epoch by this score, such as CIDEr-D (default: by loss).")
  private @Nullable String bestBy;

  @Option(
      names = "--evaluation",
      paramLabel = "PART=FILE",
      description = "Texts and pictures to evaluate the model on; the parts are those of --corpus.")
  private Map<Part, Path> evaluation = new EnumMap<>(Part.class);

  @Option(
      names = "--evaluation-splits",
      split = ",",
      paramLabel = "SPLIT",
      description = "Like --splits, for --evaluation.")
  private List<String> evaluationSplits = List.of();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of the pictures of --evaluation (default: that of its file).")
  private @Nullable Path images;

  @Option(
      names = "--image-vectors",
      paramLabel = "FILE",
      description = "CLIP vectors to use instead of the pictures, row by row: .npy or safetensors.")
  private @Nullable Path imageVectors;

  @Option(
      names = "--metric",
      description = "Score to compare models by (default: CIDEr-D, VQA accuracy or accuracy).")
  private @Nullable String metric;

  /** The run; a copy of the built-in model goes to the folder if the run starts from it. */
  RunDescription description(Path folder) {
    if (file != null) {
      refuseOthers(RUN);
      return RunFile.read(file);
    }
    if (captions != null) {
      corpus.putCaptions(captions);
    }
    if (corpus.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "expected --captions, --corpus or --run, found none");
    }
    // Misuse of these is told before any file is read.
    RunDescription.Base base = base(folder);
    return new RunDescription(
        corpus.task(),
        maxWords,
        corpus.files(),
        corpus.skipMalformed(),
        base,
        new RunDescription.Adapter(adapter == null ? null : InputFile.of(adapter), noise()),
        optimizer.of(corpus.task()),
        validation.isEmpty()
            ? null
            : new RunDescription.Validation(
                CorpusOptions.files(validation, validationSplits), shown, bestBy),
        evaluation.isEmpty() ? null : evaluation());
  }

  private RunDescription.Evaluation evaluation() {
    return new RunDescription.Evaluation(
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

  private RunDescription.Base base(Path folder) {
    if ((clip == null) != (t5 == null)) {
      throw new ParameterException(
          spec.commandLine(), "expected --clip and --t5 together, found one of them");
    }
    return clip != null && t5 != null
        ? RunDescription.Base.ofPretrained(clip, t5, fromScratch)
        : RunDescription.Base.ofModel(model.directoryThatLasts(folder), fromScratch);
  }

  /** Refuses options that describe a run, since an earlier run's file does. */
  void refuseOthers(String instead) {
    List<String> found =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .filter(RunOptions::describesARun)
            .map(OptionSpec::longestName)
            .toList();
    if (!found.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "expected no option that describes a run beside %s, found %s".formatted(instead, found));
    }
  }

  private static boolean describesARun(OptionSpec option) {
    return option.userObject() instanceof Field field
        && DESCRIBING.contains(field.getDeclaringClass())
        && !option.longestName().equals(RUN);
  }
}
