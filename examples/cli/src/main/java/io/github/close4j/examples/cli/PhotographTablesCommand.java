package io.github.close4j.examples.cli;

import io.github.close4j.examples.photographs.StyleJudge.Style;
import io.github.close4j.examples.tables.PhotographFiles;
import io.github.close4j.examples.tables.StudyPart;
import io.github.close4j.examples.tables.StudySettings;
import io.github.close4j.examples.tables.TableStudy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "tables",
    mixinStandardHelpOptions = true,
    description = {
      "Trains and judges the models of the paper's tables on photographs, and prints the tables.",
      "The paper's numbers stand beside. It takes hours; finished rows are kept, and the same "
          + "command goes on where it was stopped. Captions may be in any form that 'train' reads."
    })
final class PhotographTablesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StudyOptions options;

  @Option(
      names = "--captions",
      required = true,
      paramLabel = "FILE",
      description = "The training photographs' captions, with the photographs' names.")
  private Path captions;

  @Option(
      names = "--validation-captions",
      required = true,
      paramLabel = "FILE",
      description =
          "Those of other photographs: noise is chosen on one half of them, results are of the "
              + "other.")
  private Path validationCaptions;

  @Option(
      names = "--more-captions",
      paramLabel = "FILE",
      description = "Captions of another corpus, to be trained on as text alone.")
  private @Nullable Path moreCaptions;

  @Option(
      names = "--style",
      paramLabel = "STYLE=FILE",
      description = "Captions in a style, a caption a line: ROMANTIC or HUMOROUS.")
  private Map<Style, Path> styles = Map.of();

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "The folder that the photographs' names start from.")
  private Path images;

  @Option(
      names = "--clip",
      required = true,
      paramLabel = "DIR",
      description = "A CLIP in Hugging Face's layout, of weights or exported graphs.")
  private Path clip;

  @Option(
      names = "--other-clip",
      paramLabel = "DIR",
      description =
          "Another CLIP, such as one of another temperature, for the rows of noise alone; may be "
              + "given again.")
  private List<Path> otherClips = List.of();

  @Option(
      names = "--t5-tokenizer",
      required = true,
      paramLabel = "FILE",
      description = "T5's tokenizer.json, with <pad> 0 and </s> 1.")
  private Path t5Tokenizer;

  @Override
  public Integer call() throws InterruptedException {
    TableStudy study = study(clip);
    if (options.isOfRow()) {
      options.runRow(study);
      return 0;
    }
    print(clip);
    options.run(study, command(clip));
    for (Path other : otherClips) {
      print(other);
      options.run(study(other), StudyPart.CAPTIONING_SINGLE, command(other));
    }
    return 0;
  }

  private void print(Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%nCLIP: %s%n%n", folder.getFileName());
    out.flush();
  }

  private TableStudy study(Path folder) {
    return TableStudy.ofPhotographs(
        folder,
        new PhotographFiles(
            captions, validationCaptions, moreCaptions, styles, images, t5Tokenizer),
        options.workingDirectory(),
        options.rehearsal() ? StudySettings.PHOTOGRAPHS_REHEARSAL : StudySettings.PHOTOGRAPHS,
        options.seeds());
  }

  /** What a row's process is started with. */
  private List<String> command(Path folder) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "photographs",
                "tables",
                "--clip",
                folder.toString(),
                "--captions",
                captions.toString(),
                "--validation-captions",
                validationCaptions.toString(),
                "--images",
                images.toString(),
                "--t5-tokenizer",
                t5Tokenizer.toString()));
    if (moreCaptions != null) {
      words.addAll(List.of("--more-captions", moreCaptions.toString()));
    }
    styles.forEach((style, file) -> words.addAll(List.of("--style", style + "=" + file)));
    return words;
  }
}
