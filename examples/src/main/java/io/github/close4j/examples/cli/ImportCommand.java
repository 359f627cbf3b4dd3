package io.github.close4j.examples.cli;

import io.github.close4j.onnx.checkpoint.ReferenceCheckpoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a model directory of a checkpoint of the paper's authors.",
      "Nothing in the checkpoint is executed."
    })
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model-json",
      required = true,
      paramLabel = "FILE",
      description = "The checkpoint's model.json.")
  private Path modelJson;

  @Option(
      names = "--state",
      required = true,
      paramLabel = "FILE",
      description = "Its weights, such as r0/state-ep8.pth.")
  private Path state;

  @Option(
      names = "--clip",
      required = true,
      paramLabel = "DIR",
      description = "Hugging Face's directory of its CLIP.")
  private Path clip;

  @Option(
      names = "--t5",
      required = true,
      paramLabel = "DIR",
      description = "Hugging Face's directory of the T5 it began from.")
  private Path t5;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to make; must not exist.")
  private Path output;

  @Override
  public Integer call() {
    ReferenceCheckpoint.convert(modelJson, state, clip, t5, output);
    spec.commandLine().getErr().println("model: " + output);
    return 0;
  }
}
