package io.github.close4j.examples.cli;

import io.github.close4j.examples.report.HtmlPage;
import io.github.close4j.examples.report.RunReport;
import io.github.close4j.examples.run.CorpusFiles;
import io.github.close4j.examples.run.EvaluationSet;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.examples.world.SceneEvaluation;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.TrainingListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Scores what a model says about pictures, or about their CLIP vectors, against what people "
            + "said; or scores the predictions of a file. Scores are multiplied by 100.%n"
            + "Without a corpus it uses scenes of the test split and also counts what is right in each.")
final class EvaluateCommand implements Callable<Integer> {
  private static final double PERCENT = 100;

  private static final List<String> OF_SCENES = List.of("--scenes");
  private static final List<String> OF_A_CORPUS =
      List.of(
          "--task",
          "--splits",
          "--skip-malformed",
          "--images",
          "--image-vectors",
          "--save-vectors",
          "--predictions",
          "--results",
          "--report");

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DecodingOptions decoding;
  @Mixin private CorpusOptions corpus;

  @Option(
      names = "--references",
      paramLabel = "FILE",
      description =
          "Short for --corpus captions=FILE: .jsonl with {\"image\": \"a.png\", \"captions\": [...]} "
              + "in a line, or COCO's .json.")
  private @Nullable Path references;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of the pictures (default: that of the corpus's file).")
  private @Nullable Path images;

  @Option(
      names = "--image-vectors",
      paramLabel = "FILE",
      description = "CLIP vectors to use instead of the pictures, row by row: .npy or safetensors.")
  private @Nullable Path imageVectors;

  @Option(
      names = "--save-vectors",
      paramLabel = "FILE",
      description = "Write the pictures' CLIP vectors, as safetensors, for --image-vectors.")
  private @Nullable Path savedVectors;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description =
          "Score this file, in COCO's or VQA's result format, instead of a model. VQA needs an answer "
              + "to every question; else what has no prediction is not scored, and is counted.")
  private @Nullable Path predictions;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "Write what the model says in that format.")
  private @Nullable Path results;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write all scores, also of each example: a page if the name ends in .html, else JSON.")
  private @Nullable Path report;

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many scenes to use without a corpus (default: ${DEFAULT-VALUE}).")
  private int scenes;

  @Override
  public Integer call() {
    if (references != null) {
      corpus.putCaptions(references);
    }
    if (corpus.isEmpty()) {
      refuse(OF_A_CORPUS, "a corpus beside it, found none");
      evaluateOnScenes();
    } else {
      refuse(OF_SCENES, "no corpus beside it, found one");
      evaluateOnCorpus();
    }
    return 0;
  }

  /** An option that would change nothing is a mistake of who gave it. */
  private void refuse(List<String> options, String expected) {
    for (String option : options) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(spec.commandLine(), option + ": expected " + expected);
      }
    }
  }

  private void evaluateOnScenes() {
    PrintWriter out = spec.commandLine().getOut();
    try (Captioner captioner = Captioner.open(model.directory(BuiltInModel.SCENES))) {
      SceneCorpus test = SceneCorpus.draw(Split.TEST, scenes, SceneEvaluation.TEST_SEED);
      SceneEvaluation result = SceneEvaluation.of(captioner, test, decoding.decoding());
      out.println(SceneEvaluation.HEADER);
      out.println(result.row(model.title(BuiltInModel.SCENES)));
    }
  }

  private void evaluateOnCorpus() {
    Path pictures = images != null ? images : savedVectors;
    if (Stream.of(predictions, imageVectors, pictures).filter(Objects::nonNull).count() > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "expected pictures, --image-vectors or --predictions, found more than one");
    }
    CorpusFiles files = corpus.files();
    EvaluationSet set = EvaluationSet.read(corpus.task(), files, skipped());
    Map<String, String> said =
        predictions != null ? set.resultFile().read(predictions, skipped()) : ask(set, files);
    Evaluation evaluation = set.score(said);
    if (results != null) {
      set.resultFile().write(said, results);
    }
    print(evaluation);
    if (report != null) {
      write(evaluation, report);
    }
  }

  private @Nullable Consumer<? super String> skipped() {
    return corpus.skipMalformed() ? spec.commandLine().getErr()::println : null;
  }

  private Map<String, String> ask(EvaluationSet set, CorpusFiles files) {
    try (ConsoleProgress progress = new ConsoleProgress()) {
      List<CaptionInput> inputs = inputs(set, files, progress);
      try (Captioner captioner = Captioner.open(model.directory())) {
        return set.predict(captioner, inputs, decoding.decoding(), progress);
      }
    }
  }

  private List<CaptionInput> inputs(
      EvaluationSet set, CorpusFiles files, TrainingListener progress) {
    if (imageVectors != null) {
      return set.vectors(imageVectors);
    }
    Path folder = Objects.requireNonNullElseGet(images, files::folder);
    if (savedVectors == null) {
      return set.pictures(folder);
    }
    try (ClipFeatures clip =
        ClipFeatures.open(
            ModelFolder.open(model.directory()).clip(), InferenceOptions.defaults())) {
      set.encode(clip, folder, progress).write(savedVectors);
    }
    return set.vectors(savedVectors);
  }

  private void print(Evaluation evaluation) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("examples: " + evaluation.scored());
    evaluation
        .scores()
        .forEach((name, score) -> out.printf(Locale.ROOT, "%s: %.1f%n", name, PERCENT * score));
    long empty = evaluation.examples().stream().filter(each -> each.prediction().isBlank()).count();
    if (empty > 0) {
      out.println("examples without a word: " + empty);
    }
  }

  private static void write(Evaluation evaluation, Path file) {
    if (file.toString().endsWith(".html")) {
      HtmlPage page = new HtmlPage("Evaluation");
      RunReport.addEvaluation(page, evaluation);
      WholeFile.write(file, page.toString());
    } else {
      evaluation.write(file);
    }
  }
}
