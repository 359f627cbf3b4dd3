package io.github.close4j.examples.cli;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.onnx.checkpoint.PretrainedParts;
import io.github.close4j.onnx.model.Decoding;
import io.github.close4j.onnx.model.ModelDirectory;
import io.github.close4j.onnx.model.PrefixConfig;
import io.github.close4j.onnx.weights.DataType;
import io.github.close4j.training.CaptionTraining;
import io.github.close4j.training.ConsoleProgress;
import io.github.close4j.training.TextVectorCache;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpora;
import io.github.close4j.training.corpus.MalformedRecords;
import io.github.close4j.training.task.TrainingExample;
import io.github.close4j.training.task.TrainingTask;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a captioner on captions alone, never on a picture.",
      "CLIP, tokenizers and the T5 to start from are those of --model, or of --clip and --t5."
    })
final class TrainCommand implements Callable<Integer> {
  private static final int BEAMS = 5;
  private static final int MAX_TEXT_TOKENS = 128;

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;

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
      names = "--captions",
      required = true,
      paramLabel = "FILE",
      description = "A caption a line, or .jsonl with {\"captions\": [...]} a line.")
  private Path captions;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to make; must not exist.")
  private Path output;

  @Option(
      names = "--task",
      defaultValue = "single",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Captioning task;

  private enum Captioning {
    SINGLE(TrainingTask.CAPTIONING_SINGLE),
    MULTIPLE(TrainingTask.CAPTIONING_MULTIPLE);

    private final TrainingTask<CaptionedImage> task;

    Captioning(TrainingTask<CaptionedImage> task) {
      this.task = task;
    }
  }

  @Option(
      names = "--noise",
      defaultValue = "0.08",
      paramLabel = "SIGMA",
      description = "Standard deviation of the Gaussian noise (default: ${DEFAULT-VALUE}).")
  private double noiseStdDev;

  @Option(names = "--epochs", defaultValue = "8", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(names = "--batch-size", defaultValue = "128", description = "Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--learning-rate",
      defaultValue = "3e-4",
      description = "Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--from-scratch",
      description = "Start T5 from random weights instead of from those of --model.")
  private boolean fromScratch;

  @Option(
      names = "--vectors",
      paramLabel = "DIR",
      description = "Where CLIP's vectors are kept (default: .close-vectors beside --output).")
  private @Nullable Path vectors;

  @Override
  public Integer call() {
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(epochs)
            .batchSize(batchSize)
            .learningRate(learningRate)
            .seed(seed)
            .build();
    GaussianNoise adapter = new GaussianNoise(noiseStdDev);
    List<TrainingExample> examples =
        task.task.examples(Corpora.captions(captions).read(MalformedRecords.stop()));
    PretrainedParts base = base();
    CaptionTraining training =
        new CaptionTraining(
            base.config(),
            base.clip(),
            base.t5Tokenizer(),
            fromScratch ? null : base.t5Weights(),
            adapter,
            options,
            DataType.F32);
    Path cache =
        vectors != null ? vectors : output.toAbsolutePath().resolveSibling(".close-vectors");
    try (ConsoleProgress progress = new ConsoleProgress()) {
      training.run(examples, new TextVectorCache(base.clip(), 0, cache), output, progress);
    }
    spec.commandLine().getErr().println("model: " + output);
    return 0;
  }

  private PretrainedParts base() {
    if ((clip == null) != (t5 == null)) {
      throw new ParameterException(
          spec.commandLine(), "expected --clip and --t5 together, found one of them");
    }
    if (clip != null && t5 != null) {
      return PretrainedParts.open(
          clip, t5, PrefixConfig.projection(), Decoding.beam(BEAMS), MAX_TEXT_TOKENS);
    }
    ModelDirectory directory = ModelDirectory.open(model.directory());
    return new PretrainedParts(
        directory.config(),
        directory.clip(),
        directory.weights(ModelDirectory.T5_WEIGHTS),
        directory.file(ModelDirectory.T5_TOKENIZER));
  }
}
