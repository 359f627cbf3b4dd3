package io.github.close4j.examples.cli;

import io.github.close4j.examples.report.HtmlPage;
import io.github.close4j.examples.report.RunReport;
import io.github.close4j.examples.run.CorpusFiles;
import io.github.close4j.examples.run.EvaluationSet;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.SceneEvaluation;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.EvaluationReport;
import io.github.close4j.training.Prediction;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.corpus.MalformedRecords;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
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
    description = {
      "Compares what a model says of pictures, or of their cached vectors, or given predictions,",
      "with what people said. Scores are times 100.",
      "Without a corpus: on scenes of the test split, with what is right of each."
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final double PERCENT = 100;

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DecodingOptions decoding;
  @Mixin private CorpusOptions corpus;

  @Option(
      names = "--references",
      paramLabel = "FILE",
      description = {
        "Short for --corpus captions=FILE: .jsonl with {\"image\": \"a.png\", \"captions\": [...]}",
        "a line, or COCO's .json."
      })
  private @Nullable Path references;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Where the pictures are (default: beside the corpus's file).")
  private @Nullable Path images;

  @Option(
      names = "--image-vectors",
      paramLabel = "FILE",
      description = "CLIP's vectors in place of pictures, row by row: .npy or safetensors.")
  private @Nullable Path imageVectors;

  @Option(
      names = "--save-vectors",
      paramLabel = "FILE",
      description = "Keep the pictures' vectors, as safetensors, for --image-vectors.")
  private @Nullable Path savedVectors;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "A result file of COCO's or VQA's form, in place of a model.")
  private @Nullable Path predictions;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "Write what the model says as such a file.")
  private @Nullable Path results;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write scores of the whole and of each example: .html as a page, else JSON.")
  private @Nullable Path report;

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Number of scenes (default: ${DEFAULT-VALUE}).")
  private int scenes;

  @Override
  public Integer call() {
    if (references != null) {
      corpus.putCaptions(references);
    }
    if (corpus.isEmpty()) {
      evaluateOnScenes();
    } else {
      evaluateOnCorpus();
    }
    return 0;
  }

  private void evaluateOnScenes() {
    PrintWriter out = spec.commandLine().getOut();
    try (Captioner captioner = Captioner.open(model.directory())) {
      SceneCorpus test = SceneCorpus.draw(Split.TEST, scenes, SceneEvaluation.TEST_SEED);
      SceneEvaluation result = SceneEvaluation.of(captioner, test, decoding.decoding());
      out.println(SceneEvaluation.HEADER);
      out.println(result.row(model.directory().getFileName().toString()));
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
    EvaluationSet set = EvaluationSet.read(corpus.task(), files, malformed());
    List<Prediction> said =
        predictions != null ? set.resultFile().read(predictions, malformed()) : ask(set, files);
    EvaluationReport evaluation = set.score(said);
    if (results != null) {
      set.resultFile().write(said, results);
    }
    print(evaluation);
    if (report != null) {
      write(evaluation, report);
    }
  }

  private MalformedRecords malformed() {
    return corpus.skipMalformed()
        ? MalformedRecords.skip(spec.commandLine().getErr()::println)
        : MalformedRecords.stop();
  }

  private List<Prediction> ask(EvaluationSet set, CorpusFiles files) {
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

  private void print(EvaluationReport evaluation) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("examples: " + evaluation.examples().size());
    evaluation
        .scores()
        .forEach((name, score) -> out.printf(Locale.ROOT, "%s: %.1f%n", name, PERCENT * score));
  }

  private static void write(EvaluationReport evaluation, Path file) {
    if (file.toString().endsWith(".html")) {
      HtmlPage page = new HtmlPage("Evaluation");
      RunReport.addEvaluation(page, evaluation);
      WholeFile.write(file, page.toString());
    } else {
      evaluation.write(file);
    }
  }
}
