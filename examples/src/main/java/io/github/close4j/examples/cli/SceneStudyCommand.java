package io.github.close4j.examples.cli;

import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.NoiseStudy;
import io.github.close4j.onnx.model.ModelDirectory;
import io.github.close4j.training.ConsoleProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    description = {
      "Trains captioners without noise, with noise of several strengths, and on image vectors, and",
      "prints how each captions unseen scenes. Takes a few minutes a row."
    })
final class SceneStudyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;

  @Option(
      names = "--working-directory",
      required = true,
      paramLabel = "DIR",
      description = "Where models and vectors are kept; models found there are not trained again.")
  private Path workingDirectory;

  @Option(
      names = "--noise",
      split = ",",
      defaultValue = "0.02,0.04,0.06,0.08,0.12",
      paramLabel = "SIGMA",
      description = "Strengths of the noise (default: ${DEFAULT-VALUE}).")
  private List<Double> noise;

  @Option(
      names = "--split",
      defaultValue = "test",
      description = "Scenes to judge on (default: ${DEFAULT-VALUE}).")
  private Split split;

  @Option(names = "--scenes", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}.")
  private int scenes;

  @Option(names = "--epochs", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(names = "--seed", defaultValue = "17", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    ModelDirectory base = ModelDirectory.open(model.directory());
    PrintWriter out = spec.commandLine().getOut();
    try (ConsoleProgress progress = new ConsoleProgress()) {
      new NoiseStudy(base.clip(), workingDirectory, epochs, seed, progress)
          .run(
              noise,
              split,
              scenes,
              line -> {
                out.println(line);
                out.flush();
              });
    }
    return 0;
  }
}
