package io.github.close4j.examples.cli;

import io.github.close4j.onnx.pretrained.ModelImport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a model directory of a checkpoint of the paper's authors, or of exported ONNX graphs.",
      "The graphs are those that Hugging Face Optimum exports.",
      "Nothing in the files is executed as a program."
    })
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to make; must not exist.")
  private Path output;

  /** What the model is made of: one or the other. */
  static final class Source {
    @ArgGroup(exclusive = false)
    private Checkpoint checkpoint;

    @ArgGroup(exclusive = false)
    private Exported exported;
  }

  /** A checkpoint of the paper's authors. */
  static final class Checkpoint {
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
        converter = PretrainedFolder.Clip.class,
        description =
            "Its CLIP: a folder, or its name on the Hugging Face hub if it is in the cache.")
    private Path clip;

    @Option(
        names = "--t5",
        required = true,
        paramLabel = "DIR",
        converter = PretrainedFolder.T5.class,
        description = "The T5 it began from, likewise; its weights are not read.")
    private Path t5;
  }

  /** Exported graphs and a prefix between them. */
  static final class Exported {
    @Option(
        names = "--clip-onnx",
        required = true,
        paramLabel = "DIR",
        description = "Exported CLIP: vision_model.onnx and text_model.onnx, or model.onnx.")
    private Path clip;

    @Option(
        names = "--t5-onnx",
        required = true,
        paramLabel = "DIR",
        description = "Exported T5: encoder_model.onnx and its decoder, merged or as a pair.")
    private Path t5;

    @Option(
        names = "--prefix",
        required = true,
        paramLabel = "FILE",
        description = "The prefix between them: safetensors with 'weight' and 'bias'.")
    private Path prefix;
  }

  @Override
  public Integer call() {
    Checkpoint checkpoint = source.checkpoint;
    if (checkpoint != null) {
      ModelImport.authorsCheckpoint(
          checkpoint.modelJson, checkpoint.state, checkpoint.clip, checkpoint.t5, output);
    } else {
      Exported exported = source.exported;
      ModelImport.exportedGraphs(exported.clip, exported.t5, exported.prefix, output);
    }
    spec.commandLine().getErr().println("model: " + output);
    return 0;
  }
}
