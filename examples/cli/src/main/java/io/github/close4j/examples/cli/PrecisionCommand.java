package io.github.close4j.examples.cli;

import io.github.close4j.image.ImageDecoder;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.session.PrecisionComparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "precision",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what fp16 and int8 cost a model on pictures, against fp32: a Markdown table.",
      "One precision is open at a time."
    })
final class PrecisionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DecodingOptions decoding;

  @Parameters(
      paramLabel = "PICTURE",
      arity = "1..*",
      description = "PNG, JPEG, GIF, BMP, WebP or TIFF files.")
  private List<Path> pictures;

  @Option(
      names = "--precision",
      paramLabel = "P",
      split = ",",
      defaultValue = "FLOAT16,INT8",
      description =
          "Precisions to measure, of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private List<Precision> precisions;

  @Option(
      names = "--less-memory",
      description = "Do not copy matrices into the processor's preferred layout: slower.")
  private boolean lessMemory;

  @Override
  public Integer call() {
    PrecisionComparison comparison =
        PrecisionComparison.of(
            model.directory(),
            pictures.stream().map(ImageDecoder::decode).toList(),
            decoding.decoding(),
            InferenceOptions.defaults().packedWeights(!lessMemory));
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "| precision | CLIP cosine, least | CLIP component, most | prefix component, most"
            + " | first logits, most | first logits, mean | same first token | same caption |");
    out.println("|---|---|---|---|---|---|---|---|");
    for (Precision precision : precisions) {
      out.println(row(comparison.measure(precision)));
      out.flush();
    }
    return 0;
  }

  private static String row(PrecisionComparison.Errors error) {
    return String.format(
        Locale.ROOT,
        "| %s | %.8f | %.2g | %.2g | %.2g | %.2g | %d of %d | %d of %d |",
        error.precision(),
        error.leastCosine(),
        error.largestVectorError(),
        error.largestPrefixError(),
        error.largestLogitError(),
        error.meanLogitError(),
        error.equalFirstTokens(),
        error.pictures(),
        error.equalCaptions(),
        error.pictures());
  }
}
