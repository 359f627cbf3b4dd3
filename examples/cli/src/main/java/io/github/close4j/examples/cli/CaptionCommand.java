package io.github.close4j.examples.cli;

import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneGenerator;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.image.ImageDecodingException;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import java.awt.image.BufferedImage;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "caption",
    mixinStandardHelpOptions = true,
    description = "Captions pictures, a line each: name, caption, log-probability.")
final class CaptionCommand implements Callable<Integer> {
  /** Scenes that no example of this project was trained or tuned on. */
  private static final long SEED = 2026;

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DecodingOptions decoding;

  @Parameters(paramLabel = "PICTURE", arity = "0..*", description = "PNG, JPEG, GIF or BMP files.")
  private List<Path> pictures = List.of();

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "0",
      description = "Also draw and caption N scenes of the test split.")
  private int scenes;

  @Option(names = "--text", description = "Text beside each picture, such as a question.")
  private @Nullable String text;

  @Option(names = "--html", paramLabel = "FILE", description = "Also write a gallery.")
  private @Nullable Path html;

  private int failures;

  @Override
  public Integer call() throws Exception {
    if (pictures.isEmpty() && scenes <= 0) {
      throw new ParameterException(
          spec.commandLine(), "expected at least one PICTURE, or --scenes, found neither");
    }
    List<Gallery.Entry> entries = new ArrayList<>();
    try (Captioner captioner = Captioner.open(model.directory())) {
      for (Path picture : pictures) {
        captionFile(captioner, picture, entries);
      }
      if (scenes > 0) {
        List<Scene> drawn = new SceneGenerator(SEED, Split.TEST).take(scenes);
        for (int i = 0; i < drawn.size(); i++) {
          caption(captioner, "scene " + (i + 1), SceneRenderer.render(drawn.get(i)), entries);
        }
      }
    }
    if (html != null) {
      Gallery.write(html, entries);
      spec.commandLine().getErr().println("gallery: " + html);
    }
    return failures == 0 ? 0 : 1;
  }

  /**
   * A picture that cannot be read is reported and does not keep the others from being captioned.
   */
  private void captionFile(Captioner captioner, Path file, List<Gallery.Entry> entries) {
    try {
      caption(captioner, file.toString(), ImageDecoder.decode(file), entries);
    } catch (ImageDecodingException e) {
      failures++;
      spec.commandLine().getErr().println("error: " + e.getMessage());
    }
  }

  private void caption(
      Captioner captioner, String name, BufferedImage image, List<Gallery.Entry> entries) {
    CaptionInput input = CaptionInput.of(image);
    input = text == null ? input : input.withText(text);
    Caption best = captioner.caption(List.of(input), decoding.decoding()).get(0).get(0);
    spec.commandLine()
        .getOut()
        .printf(Locale.ROOT, "%s\t%s\t%.2f%n", name, best.text(), best.logProbability());
    if (html != null) {
      entries.add(new Gallery.Entry(name, image, best));
    }
  }
}
