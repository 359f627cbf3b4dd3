package io.github.close4j.examples.cli;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.confidence.CalibrationStudy;
import io.github.close4j.examples.confidence.Reliability;
import io.github.close4j.examples.report.MarkdownTable;
import io.github.close4j.examples.run.CorpusFiles;
import io.github.close4j.examples.run.CorpusTask;
import io.github.close4j.examples.run.EvaluationSet;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lets a model tell how far its captions are to be trusted, and when it is unsure.",
      "It captions pictures that people described and learns from how often it is right; they must "
          + "not be among those that it was trained on. What it learned is written into the model. "
          + "Printed is how good it is, each picture judged by what was learned from others."
    })
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model directory, which is changed.")
  private Path directory;

  @Option(
      names = "--captions",
      required = true,
      paramLabel = "FILE",
      description =
          "Pictures and what people said of them, at least "
              + CalibrationStudy.MIN_PICTURES
              + ", better a thousand: .jsonl with {\"image\": \"a.png\", \"captions\": [...]} in a "
              + "line, or COCO's .json.")
  private Path captions;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of the pictures (default: that of the captions).")
  private @Nullable Path images;

  @Option(
      names = "--unsure",
      paramLabel = "SHARE",
      defaultValue = "0.05",
      description =
          "Of how many pictures like these to be unsure, of those farthest from their captions "
              + "(default: ${DEFAULT-VALUE}).")
  private double share;

  @Override
  public Integer call() {
    ModelFolder model = ModelFolder.open(directory);
    CorpusFiles files = CorpusFiles.captions(captions);
    List<List<String>> references =
        Corpus.captions(captions).read().stream().map(CaptionedImage::captions).toList();
    CalibrationStudy.requireEnough(references.size(), share);
    CalibrationStudy study = new CalibrationStudy(said(model, files), references, share);
    model.calibrated(study.calibration(), study.reliability() + ", of " + captions.getFileName());
    print(study.reliability());
    return 0;
  }

  private CalibrationStudy.Said said(ModelFolder model, CorpusFiles files) {
    EvaluationSet set = EvaluationSet.read(CorpusTask.CAPTIONING_SINGLE, files, null);
    try (ConsoleProgress progress = new ConsoleProgress();
        ClipFeatures clip = ClipFeatures.open(model.clip(), InferenceOptions.defaults());
        Captioner captioner = Captioner.open(directory)) {
      EmbeddingBatch pictures =
          set.encode(clip, Objects.requireNonNullElseGet(images, files::folder), progress);
      return CalibrationStudy.Said.ask(
          captioner, clip, pictures, done -> progress.onValidating(done, set.size()));
    }
  }

  private void print(Reliability reliability) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(reliability);
    MarkdownTable.lines(
            List.of("confidence", "captions", "mean", "right"),
            reliability.tenths().stream()
                .map(
                    tenth ->
                        List.of(
                            String.format(
                                Locale.ROOT, "%.1f to %.1f", tenth.from(), tenth.from() + 0.1),
                            Integer.toString(tenth.captions()),
                            String.format(Locale.ROOT, "%.2f", tenth.meanConfidence()),
                            String.format(Locale.ROOT, "%.2f", tenth.rightShare())))
                .toList())
        .forEach(out::println);
    spec.commandLine()
        .getErr()
        .println("calibration: " + directory.resolve(ModelFolder.CALIBRATION));
  }
}
