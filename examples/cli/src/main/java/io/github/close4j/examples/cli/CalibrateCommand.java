package io.github.close4j.examples.cli;

import io.github.close4j.examples.confidence.CalibrationStudy;
import io.github.close4j.examples.confidence.Reliability;
import io.github.close4j.examples.report.MarkdownTable;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lets a model tell how far its captions are to be trusted, and when it is unsure.",
      "It captions pictures that people described and learns from how often it is right; they must "
          + "not be among those that it was trained on. What it learned is written into the model. "
          + "Printed is how good it is, each picture judged by what was learned from others."
    })
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model directory, which is changed.")
  private Path directory;

  @Option(
      names = "--captions",
      required = true,
      paramLabel = "FILE",
      description =
          "Pictures and what people said of them, at least "
              + CalibrationStudy.MIN_PICTURES
              + ", better a thousand: .jsonl with {\"image\": \"a.png\", \"captions\": [...]} in a "
              + "line, or COCO's .json.")
  private Path captions;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of the pictures (default: that of the captions).")
  private @Nullable Path images;

  @Option(
      names = "--unsure",
      paramLabel = "SHARE",
      defaultValue = "0.05",
      description =
          "Of how many pictures like these to be unsure, of those farthest from their captions "
              + "(default: ${DEFAULT-VALUE}).")
  private double share;

  @Override
  public Integer call() {
    try (ConsoleProgress progress = new ConsoleProgress()) {
      print(new ModelCalibration(directory, captions, images).write(share, progress));
    }
    return 0;
  }

  private void print(Reliability reliability) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(reliability);
    MarkdownTable.lines(
            List.of("confidence", "captions", "mean", "right"),
            reliability.tenths().stream()
                .map(
                    tenth ->
                        List.of(
                            String.format(
                                Locale.ROOT, "%.1f to %.1f", tenth.from(), tenth.from() + 0.1),
                            Integer.toString(tenth.captions()),
                            String.format(Locale.ROOT, "%.2f", tenth.meanConfidence()),
                            String.format(Locale.ROOT, "%.2f", tenth.rightShare())))
                .toList())
        .forEach(out::println);
    spec.commandLine()
        .getErr()
        .println("calibration: " + directory.resolve(ModelFolder.CALIBRATION));
  }
}
