package io.github.close4j.examples.cli;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.onnx.model.ModelDirectory;
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
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a captioner on captions alone, never on a picture.",
      "CLIP, tokenizers and the T5 to start from are those of --model."
    })
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;

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
    ModelDirectory base = ModelDirectory.open(model.directory());
    CaptionTraining training =
        new CaptionTraining(
            base.config(),
            base.clip(),
            base.file(ModelDirectory.T5_TOKENIZER),
            fromScratch ? null : base.file(ModelDirectory.T5_WEIGHTS),
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
}
