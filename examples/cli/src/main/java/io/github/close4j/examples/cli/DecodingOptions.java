package io.github.close4j.examples.cli;

import io.github.close4j.onnx.Decoding;
import picocli.CommandLine.Option;

/** How to decode. */
final class DecodingOptions {
  @Option(
      names = "--beams",
      defaultValue = "5",
      description =
          "Hypotheses of the beam search; 1 decodes greedily (default: ${DEFAULT-VALUE}).")
  private int beams;

  @Option(
      names = "--max-tokens",
      defaultValue = "32",
      description = "Longest caption in tokens (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--length-normalized",
      description = "Compare hypotheses as Hugging Face does, by log-probability over length.")
  private boolean lengthNormalized;

  Decoding decoding() {
    Decoding decoding = Decoding.beam(beams).maxNewTokens(maxTokens);
    return lengthNormalized ? decoding.lengthNormalized(1f) : decoding;
  }
}
