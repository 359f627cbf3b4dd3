package io.github.close4j.examples.cli;

import io.github.close4j.examples.clip.PhotographClip;
import io.github.close4j.examples.clip.PhotographTrainer;
import io.github.close4j.examples.confidence.CalibrationStudy;
import io.github.close4j.examples.photographs.PhotographSet;
import io.github.close4j.examples.world.PhotographEvaluation;
import io.github.close4j.examples.world.PhotographModels;
import io.github.close4j.examples.world.PhotographRetrieval;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a model of photographs.",
      "Trains a small CLIP on photographs with captions, then a small T5 on captions alone. A run "
          + "that was stopped goes on when it is started again."
    })
final class PhotographModelCommand implements Callable<Integer> {
  private static final int CLIP_BATCH = 256;
  private static final int THREADS = 2;
  private static final int EVALUATION_BATCH = 32;
  private static final double UNSURE_SHARE = 0.05;

  @Spec private CommandSpec spec;

  @Option(
      names = "--captions",
      required = true,
      paramLabel = "FILE",
      description = "Captions that name their picture, as Flickr8k's.")
  private Path captions;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "Where these pictures are.")
  private Path images;

  @Option(
      names = "--backbone",
      required = true,
      paramLabel = "FILE",
      description = "Weights of an EfficientNet-Lite that was trained on ImageNet, as .pth.")
  private Path backbone;

  @Option(
      names = "--more-captions",
      paramLabel = "FILE",
      description = "Captions of more pictures, which need not be there, as COCO's.")
  private @Nullable Path moreCaptions;

  @Option(
      names = "--working-directory",
      required = true,
      paramLabel = "DIR",
      description =
          "Where CLIP, checkpoints and vectors are kept; a CLIP found there is not trained again.")
  private Path workingDirectory;

  @Option(
      names = "--clip-epochs",
      defaultValue = "16",
      description = "CLIP's passes over the photographs (default: ${DEFAULT-VALUE}).")
  private int clipEpochs;

  @Option(
      names = "--vocabulary",
      defaultValue = "8000",
      description = "Number of tokens (default: ${DEFAULT-VALUE}).")
  private int vocabularySize;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Fixed temperature of CLIP's training (default: it is learned).")
  private @Nullable Double temperature;

  @Option(names = "--seed", defaultValue = "17", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--epochs",
      defaultValue = "5",
      description = "T5's passes over the captions (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--rewarded-epochs",
      defaultValue = "2",
      paramLabel = "N",
      description =
          "T5's further passes over --captions in which what it says is rewarded by its CIDEr-D "
              + "(default: ${DEFAULT-VALUE}).")
  private int rewardedEpochs;

  @Option(
      names = "--noise",
      defaultValue = "0.06",
      paramLabel = "SIGMA",
      description = "Standard deviation of the noise (default: ${DEFAULT-VALUE}).")
  private double noiseStdDev;

  @Option(
      names = "--validation-captions",
      paramLabel = "FILE",
      description =
          "Captions of other pictures in the same folder, to judge and to calibrate the model on.")
  private @Nullable Path validationCaptions;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to make; must not exist.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    ModelFolder.requireAbsent(output);
    PhotographSet photographs = PhotographSet.read(captions, images);
    List<CaptionedImage> others =
        moreCaptions == null ? List.of() : Corpus.captions(moreCaptions).read();
    PhotographClip clip = new PhotographClip(workingDirectory.resolve("clip"));
    try (ConsoleProgress progress = new ConsoleProgress()) {
      if (!clip.isComplete()) {
        clip.train(
            backbone,
            photographs,
            others.stream().map(CaptionedImage::captions).toList(),
            clipOptions(photographs.size()),
            new PhotographTrainer.Listener() {
              @Override
              public void onMaps(int done, int total) {
                progress.showPictures(done, total);
              }

              @Override
              public void onStep(PhotographTrainer.Progress step) {
                progress.showStep(step.step(), step.steps(), step.loss());
              }
            });
      }
      new PhotographModels(clip, workingDirectory)
          .train(
              photographs.captions().stream().map(CaptionedImage::of).toList(),
              others,
              new PhotographModels.Options(epochs, rewardedEpochs, noiseStdDev, THREADS, seed),
              output,
              progress);
    }
    judge(clip);
    spec.commandLine().getErr().println("model: " + output);
    return 0;
  }

  private PhotographClip.Options clipOptions(int pictures) {
    return new PhotographClip.Options(
        clipEpochs,
        Math.min(CLIP_BATCH, pictures - pictures % 2),
        vocabularySize,
        temperature == null ? OptionalDouble.empty() : OptionalDouble.of(temperature),
        seed);
  }

  private void judge(PhotographClip clip) {
    if (validationCaptions != null) {
      PhotographSet validation = PhotographSet.read(validationCaptions, images);
      InferenceOptions options = InferenceOptions.defaults().batchSize(EVALUATION_BATCH);
      PrintWriter out = spec.commandLine().getOut();
      try (ClipEncoder encoder = ClipEncoder.open(clip.directory(), options)) {
        out.println(PhotographRetrieval.of(encoder, validation));
      }
      try (Captioner captioner = Captioner.open(output, options)) {
        out.println(PhotographEvaluation.of(captioner, validation));
      }
      calibrate(validationCaptions, validation.size());
    }
  }

  private void calibrate(Path calibrationCaptions, int pictures) {
    if (pictures < CalibrationStudy.MIN_PICTURES) {
      spec.commandLine()
          .getErr()
          .printf(
              "warning: %d pictures do not calibrate a model, which takes %d%n",
              pictures, CalibrationStudy.MIN_PICTURES);
      return;
    }
    try (ConsoleProgress progress = new ConsoleProgress()) {
      spec.commandLine()
          .getOut()
          .println(
              new ModelCalibration(output, calibrationCaptions, images)
                  .write(UNSURE_SHARE, progress));
    }
  }
}
