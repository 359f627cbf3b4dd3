package io.github.close4j.examples.cli;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.AdapterFitting;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.adapter.PairedStatistics;
import io.github.close4j.examples.gap.VectorPairs;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits an adapter to pairs of text and picture, for 'train --adapter'.",
      "Vectors come from --text and --image, or from --references through a CLIP."
    })
final class FitCommand implements Callable<Integer> {
  private static final String RIDGE = "--ridge";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "ADAPTER",
      description =
          "${COMPLETION-CANDIDATES}: the mean difference; least squares from texts to pictures; "
              + "noise of the differences' covariance, as it is or shrunk for few pairs.")
  private Kind kind;

  @Mixin private PairsOptions pairs;

  @Option(
      names = RIDGE,
      defaultValue = "0",
      description =
          "For linear: penalty on the matrix's squares (default: ${DEFAULT-VALUE}, plain least "
              + "squares, which needs more pairs than dimensions).")
  private double ridge;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The adapter, as safetensors; replaced if it exists.")
  private Path output;

  /** The adapters that have something to fit. */
  enum Kind {
    MEAN_SHIFT("mean-shift"),
    LINEAR("linear"),
    COVARIANCE("covariance"),
    SHRUNK_COVARIANCE("shrunk-covariance");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    private ModalityAdapter fit(PairedStatistics statistics, double ridge) {
      return switch (this) {
        case MEAN_SHIFT -> AdapterFitting.meanShift(statistics);
        case LINEAR -> AdapterFitting.linear(statistics, ridge);
        case COVARIANCE -> AdapterFitting.covarianceNoise(statistics);
        case SHRUNK_COVARIANCE -> AdapterFitting.shrunkCovarianceNoise(statistics);
      };
    }

    @Override
    public String toString() {
      return title;
    }
  }

  @Override
  public Integer call() {
    if (kind != Kind.LINEAR && spec.commandLine().getParseResult().hasMatchedOption(RIDGE)) {
      throw new ParameterException(
          spec.commandLine(), "expected %s for linear alone, found %s".formatted(RIDGE, kind));
    }
    VectorPairs fitted = pairs.read();
    AdapterFile.save(kind.fit(PairedStatistics.of(fitted.text(), fitted.image()), ridge), output);
    spec.commandLine()
        .getErr()
        .printf(
            "adapter: %s, %s, fitted to %d pairs of %d components%n",
            output, kind, fitted.count(), fitted.text().dimension());
    spec.commandLine()
        .getErr()
        .printf("next: close train --adapter %s --captions FILE --output DIR%n", output);
    return 0;
  }
}
