package io.github.close4j.examples.cli;

import io.github.close4j.examples.gap.GapPage;
import io.github.close4j.examples.gap.GapStudy;
import io.github.close4j.examples.gap.VectorPairs;
import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "gap",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the modality gap before and after adapters: a table, and pictures in a page.",
      "Vectors come from --text and --image, or from --references through a CLIP."
    })
final class GapCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PairsOptions source;

  @Option(
      names = "--fit",
      paramLabel = "N",
      defaultValue = "0",
      description = "Pairs, from the first on, to fit adapters to (default: two thirds).")
  private int fit;

  @Option(names = "--html", paramLabel = "FILE", description = "Also write a page with pictures.")
  private @Nullable Path html;

  @Override
  public Integer call() throws IOException {
    VectorPairs pairs = source.read();
    int fitted = fit != 0 ? fit : pairs.count() * 2 / 3;
    GapStudy study = new GapStudy(pairs, fitted);
    study.table().forEach(spec.commandLine().getOut()::println);
    if (html != null) {
      WholeFile.write(html, GapPage.of(study, fitted));
      spec.commandLine().getErr().println("page: " + html);
    }
    return 0;
  }
}
