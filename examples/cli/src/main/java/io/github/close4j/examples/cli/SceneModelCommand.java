package io.github.close4j.examples.cli;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.examples.clip.ClipTrainer;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.examples.world.SceneModels;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the built-in model from a seed.",
      "Trains a small CLIP on pairs of scenes and captions, then a small T5 on captions alone."
    })
final class SceneModelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to make; must not exist.")
  private Path output;

  @Option(
      names = "--working-directory",
      required = true,
      paramLabel = "DIR",
      description = "Where CLIP and its vectors are kept; a CLIP found there is not trained again.")
  private Path workingDirectory;

  @Option(
      names = "--clip-steps",
      defaultValue = "5500",
      description = "Steps of CLIP's training, 256 pairs each (default: ${DEFAULT-VALUE}).")
  private int clipSteps;

  @Option(
      names = "--epochs",
      defaultValue = "3",
      description = "T5's passes over 100 000 captions (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--noise",
      defaultValue = "0.02",
      paramLabel = "SIGMA",
      description = "Standard deviation of the noise (default: ${DEFAULT-VALUE}).")
  private double noiseStdDev;

  @Option(names = "--seed", defaultValue = "17", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    ModelFolder.requireAbsent(output);
    ClipFiles clip = SceneClip.files(workingDirectory);
    try (ConsoleProgress progress = new ConsoleProgress()) {
      if (!Files.exists(clip.weights())) {
        ClipTrainer.Options options = new ClipTrainer.Options(clipSteps, 256, 1e-3, 0.05, seed);
        SceneClip.train(
            workingDirectory,
            options,
            step -> progress.showStep(step.step(), clipSteps, step.loss()));
      }
      new SceneModels(clip, workingDirectory, epochs, seed)
          .train(new GaussianNoise(noiseStdDev), output, progress);
    }
    spec.commandLine().getErr().println("model: " + output);
    return 0;
  }
}
