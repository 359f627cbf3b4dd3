package io.github.close4j.examples.cli;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.checkpoint.T5Checkpoint;
import io.github.close4j.onnx.pretrained.ModelHub;
import io.github.close4j.onnx.pretrained.PretrainedAdapter;
import io.github.close4j.onnx.pretrained.PretrainedCaptioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    description = {
      "Fetches what others trained: captioners of the paper's authors, a CLIP, a T5, adapters.",
      "What was fetched is kept in the Hugging Face cache and not fetched again.",
      "A download that was interrupted goes on where it was."
    })
final class FetchCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The command with a subcommand for each captioner. */
  static CommandLine commandLine() {
    CommandLine fetch = new CommandLine(new FetchCommand());
    for (PretrainedCaptioner captioner : PretrainedCaptioner.values()) {
      fetch.addSubcommand(captioner.toString(), new Captioner(captioner));
    }
    return fetch
        .addSubcommand("clip", new Model("clip", ClipCheckpoint::open))
        .addSubcommand("t5", new Model("t5", T5Checkpoint::open))
        .addSubcommand("adapter", new Adapter());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "expected one of %s, found none".formatted(spec.subcommands().keySet()));
  }

  /** What all of them have. */
  private abstract static class Fetch implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin private HubMixin hub;

    @Override
    public Integer call() {
      try (FetchProgress progress = new FetchProgress(this::line)) {
        fetch(hub.hub(progress));
      }
      return 0;
    }

    abstract void fetch(ModelHub from);

    void line(String text) {
      spec.commandLine().getErr().println(text);
    }
  }

  @Command(
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "A captioner of the paper's authors, as a model directory, with CLIP ViT-L/14 and T5-base.",
        "About 2.6 GB come over the network, and the model takes as much again."
      })
  private static final class Captioner extends Fetch {
    private final PretrainedCaptioner captioner;

    @Option(
        names = "--output",
        required = true,
        paramLabel = "DIR",
        description = "Model directory to make; must not exist.")
    private Path output;

    Captioner(PretrainedCaptioner captioner) {
      this.captioner = captioner;
    }

    @Override
    void fetch(ModelHub from) {
      Path model = captioner.fetch(from, output).path();
      line("model: " + model);
      String text =
          switch (captioner) {
            case COCO_CAPTIONER, COCO_CAPTIONER_MULTIPLE -> "";
            case VQA, VQA_E -> " --text 'what is on the table?'";
            case ENTAILMENT -> " --text 'a dog is asleep'";
          };
      line("next: close caption --model %s%s photo.jpg".formatted(model, text));
    }
  }

  @Command(
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "A CLIP or a T5 with its weights, to train from. Prints the folder that holds it."
      })
  private static final class Model extends Fetch {
    private final String kind;
    private final Consumer<Path> trial;

    @Parameters(paramLabel = "REPO", description = "owner/name on the hub.")
    private String repository;

    @Option(
        names = "--revision",
        defaultValue = "main",
        paramLabel = "NAME",
        description = "Branch, tag or commit (default: ${DEFAULT-VALUE}).")
    private String revision;

    Model(String kind, Consumer<Path> trial) {
      this.kind = kind;
      this.trial = trial;
    }

    @Override
    void fetch(ModelHub from) {
      Path folder = from.download(repository, revision);
      trial.accept(folder);
      spec.commandLine().getOut().println(folder);
      String other = kind.equals("clip") ? "--t5 DIR" : "--clip DIR";
      line("next: close new --%s %s %s --output DIR".formatted(kind, folder, other));
    }
  }

  @Command(
      name = "adapter",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "An adapter of the paper's authors for CLIP ViT-L/14, for 'train --adapter'.",
        "Isotropic noise, which the paper has behind most of them, is 'train --noise'."
      })
  private static final class Adapter extends Fetch {
    private static final String SCALE = "--scale";
    private static final String TRAINING_ONLY = "--training-only";

    @Parameters(paramLabel = "NAME", description = "${COMPLETION-CANDIDATES}")
    private PretrainedAdapter adapter;

    @Option(
        names = "--output",
        required = true,
        paramLabel = "FILE",
        description = "The adapter, as safetensors; replaced if it exists.")
    private Path output;

    @Option(
        names = SCALE,
        defaultValue = "1",
        paramLabel = "S",
        description =
            "Times the shift of mean-diff, or the noise of cov-diff (default: ${DEFAULT-VALUE}).")
    private double scale;

    @Option(
        names = TRAINING_ONLY,
        description = {
          "For cov-diff: leave text where it is in evaluation. With --scale 3 and train --noise it",
          "is what the reference became later."
        })
    private boolean trainingOnly;

    @Override
    void fetch(ModelHub from) {
      requireFitting();
      ModalityAdapter made = scaled(adapter.fetch(from));
      AdapterFile.save(made, Map.of("source", "the paper's authors: " + adapter), output);
      line("adapter: " + output);
      line(
          "next: close train --adapter %s --noise 0.04 --captions FILE --output DIR"
              .formatted(output));
    }

    private void requireFitting() {
      boolean isLinear = adapter.toString().contains("-linear-");
      boolean isCovariance = adapter.toString().contains("-cov-");
      if (isLinear && spec.commandLine().getParseResult().hasMatchedOption(SCALE)) {
        throw new ParameterException(
            spec.commandLine(),
            "expected %s for mean-diff and cov-diff alone, found %s".formatted(SCALE, adapter));
      }
      if (!isCovariance && trainingOnly) {
        throw new ParameterException(
            spec.commandLine(),
            "expected %s for cov-diff alone, found %s".formatted(TRAINING_ONLY, adapter));
      }
      if (Files.isDirectory(output)) {
        throw new ParameterException(
            spec.commandLine(), "--output: expected a file, found a folder: " + output);
      }
    }

    private ModalityAdapter scaled(ModalityAdapter fetched) {
      if (fetched instanceof CovarianceNoise noise) {
        CovarianceNoise times = noise.times(scale);
        return trainingOnly ? times.trainingOnly() : times;
      }
      return fetched instanceof MeanShift shift ? shift.times(scale) : fetched;
    }
  }
}
