package io.github.close4j.examples.cli;

import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.OnnxExport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model's graphs as plain ONNX files, for other tools that run them.",
      "They are captioner.onnx (pictures to token ids), clip-images.onnx and clip-texts.onnx."
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DecodingOptions decoding;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Where the files go; made if it is missing.")
  private Path output;

  @Option(names = "--with-text", description = "For a model that reads text beside the picture.")
  private boolean withText;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  @Override
  public Integer call() {
    OnnxExport.of(model.directory(), precision).writeAll(output, withText, decoding.decoding());
    spec.commandLine().getErr().println("graphs: " + output);
    return 0;
  }
}
