package io.github.close4j.examples.cli;

import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.SceneEvaluation;
import io.github.close4j.metric.CiderD;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpora;
import io.github.close4j.training.corpus.MalformedRecords;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Captions pictures and compares with what people wrote: CIDEr-D x 100.",
      "Without --references: on scenes of the test split, with what is right of each."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DecodingOptions decoding;

  @Option(
      names = "--references",
      paramLabel = "FILE",
      description = "JSONL with {\"image\": \"a.png\", \"captions\": [...]} a line.")
  private @Nullable Path references;

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Number of scenes (default: ${DEFAULT-VALUE}).")
  private int scenes;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Captioner captioner = Captioner.open(model.directory())) {
      if (references != null) {
        List<CaptionedImage> entries = Corpora.captions(references).read(MalformedRecords.stop());
        double score = ciderD(captioner, references, entries);
        out.printf(Locale.ROOT, "pictures %d, CIDEr-D %.1f%n", entries.size(), 100 * score);
      } else {
        SceneCorpus test = SceneCorpus.draw(Split.TEST, scenes, SceneEvaluation.TEST_SEED);
        SceneEvaluation result = SceneEvaluation.of(captioner, test, decoding.decoding());
        out.println(SceneEvaluation.HEADER);
        out.println(result.row(model.directory().getFileName().toString()));
      }
    }
    return 0;
  }

  private double ciderD(Captioner captioner, Path file, List<CaptionedImage> entries) {
    List<CaptionInput> inputs = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String image = entries.get(i).image();
      if (image == null) {
        throw new IllegalArgumentException(
            "%s: entry %d: expected an 'image', found none".formatted(file, i + 1));
      }
      inputs.add(CaptionInput.of(file.resolveSibling(image)));
    }
    List<String> captions =
        captioner.caption(inputs, decoding.decoding()).stream()
            .map(hypotheses -> hypotheses.get(0))
            .map(Caption::text)
            .toList();
    return CiderD.fromReferences(entries.stream().map(CaptionedImage::captions).toList())
        .score(captions);
  }
}
