package io.github.close4j.examples.cli;

import com.google.common.collect.Iterators;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneGenerator;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.image.ImageDecodingException;
import io.github.close4j.image.ImageLimits;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "caption",
    mixinStandardHelpOptions = true,
    description =
        "Captions pictures, a line each: name, caption, log-probability, and of a calibrated model "
            + "the confidence, 0 to 1, or that it is unsure; or as JSON. The exit code is 1 if a "
            + "picture cannot be read; the others are captioned.")
final class CaptionCommand implements Callable<Integer> {
  /** Scenes that no example of this project was trained or tuned on. */
  private static final long SEED = 2026;

  /** Enough to share the work of a run, few enough to see captions soon. */
  private static final int BATCH = 8;

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DecodingOptions decoding;

  @Parameters(
      paramLabel = "PICTURE",
      arity = "0..*",
      description = "PNG, JPEG, GIF, BMP, WebP or TIFF files, or folders of them.")
  private List<Path> pictures = List.of();

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Also draw and caption N scenes of the test split. Without a PICTURE the built-in model "
              + "of scenes captions them.")
  private int scenes;

  @Option(names = "--text", description = "Text beside each picture, such as a question.")
  private @Nullable String text;

  @Option(
      names = "--json",
      description =
          "Print a JSON object a line: file, caption, logProbability, score, confidence and unsure "
              + "(of a calibrated model), tokenIds (end token included); or file and error.")
  private boolean json;

  @Option(
      names = "--alternatives",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "With --json, up to N captions of a picture, at most as many as beams: the best as "
              + "without this, the others in a list alternatives (default: ${DEFAULT-VALUE}).")
  private int alternatives;

  @Option(names = "--html", paramLabel = "FILE", description = "Also write a gallery.")
  private @Nullable Path html;

  private final List<Gallery.Entry> entries = new ArrayList<>();

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      defaultValue = "120000000",
      description = "Refuse larger pictures (default: ${DEFAULT-VALUE}).")
  private long maxPixels;

  private int failures;
  private boolean toldOfCutText;

  /** What is captioned, read when it is, and again if it is to be shown. */
  private record Picture(String name, CaptionInput input, Supplier<BufferedImage> shown) {}

  @Override
  public Integer call() {
    requireSense();
    CaptionPrinter printer =
        json
            ? new CaptionPrinter.JsonLines(spec.commandLine().getOut())
            : new CaptionPrinter.Columns(spec.commandLine().getOut(), spec.commandLine().getErr());
    try (Captioner captioner =
        Captioner.open(
            model.directory(pictures.isEmpty() ? BuiltInModel.SCENES : BuiltInModel.PHOTOGRAPHS),
            InferenceOptions.defaults().imageLimits(limits()))) {
      Iterator<Picture> all = Stream.concat(files(), drawnScenes()).iterator();
      Iterators.partition(all, BATCH).forEachRemaining(batch -> caption(captioner, batch, printer));
    }
    if (html != null) {
      Gallery.write(html, entries);
      spec.commandLine().getErr().println("gallery: " + html);
    }
    return failures == 0 ? 0 : 1;
  }

  private void requireSense() {
    if (pictures.isEmpty() && scenes <= 0) {
      throw new ParameterException(
          spec.commandLine(), "expected at least one PICTURE, or --scenes, found neither");
    }
    int beams = decoding.decoding().beams();
    if (alternatives < 1 || alternatives > beams) {
      throw new ParameterException(
          spec.commandLine(),
          "--alternatives: expected 1 to %d, the beams, found %d".formatted(beams, alternatives));
    }
    if (alternatives > 1 && !json) {
      throw new ParameterException(
          spec.commandLine(), "--alternatives: expected --json beside it, found none");
    }
  }

  private Stream<Picture> files() {
    return pictures.stream()
        .map(PictureFiles::of)
        .flatMap(List::stream)
        .map(
            file ->
                new Picture(
                    file.toString(),
                    CaptionInput.of(file),
                    () -> ImageDecoder.decode(file, limits())));
  }

  private Stream<Picture> drawnScenes() {
    if (scenes <= 0) {
      return Stream.empty();
    }
    List<Scene> drawn = new SceneGenerator(SEED, Split.TEST).take(scenes);
    return IntStream.range(0, scenes)
        .mapToObj(
            i -> {
              BufferedImage image = SceneRenderer.render(drawn.get(i));
              return new Picture("scene " + (i + 1), CaptionInput.of(image), () -> image);
            });
  }

  /**
   * Captions pictures together. If one of them cannot be read, each is captioned by itself, so that
   * it does not keep the others from it.
   */
  private void caption(Captioner captioner, List<Picture> batch, CaptionPrinter printer) {
    List<List<Caption>> captions;
    try {
      captions =
          captioner.caption(
              batch.stream().map(Picture::input).map(this::withText).toList(), decoding.decoding());
    } catch (ImageDecodingException e) {
      if (batch.size() == 1) {
        failures++;
        printer.print(batch.get(0).name(), e);
      } else {
        batch.forEach(picture -> caption(captioner, List.of(picture), printer));
      }
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      tellOfCutText(captions.get(i).get(0));
      printer.print(batch.get(i).name(), captions.get(i).subList(0, alternatives));
      if (html != null) {
        entries.add(
            Gallery.Entry.of(
                batch.get(i).name(), batch.get(i).shown().get(), captions.get(i).get(0)));
      }
    }
  }

  private CaptionInput withText(CaptionInput input) {
    return text == null ? input : input.withText(text);
  }

  /** All pictures have the same text beside them, so it is told once. */
  private void tellOfCutText(Caption caption) {
    if (caption.unreadTextTokens() > 0 && !toldOfCutText) {
      toldOfCutText = true;
      spec.commandLine()
          .getErr()
          .printf(
              "warning: --text is longer than the model reads: its last %d tokens were left out%n",
              caption.unreadTextTokens());
    }
  }

  private ImageLimits limits() {
    return ImageLimits.defaults().maxPixels(maxPixels);
  }
}
