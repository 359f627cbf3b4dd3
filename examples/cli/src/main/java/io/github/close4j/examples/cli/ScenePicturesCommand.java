package io.github.close4j.examples.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.internal.io.WholeFile;
import java.awt.image.RenderedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "pictures",
    mixinStandardHelpOptions = true,
    description = "Draws scenes: PNG files and captions.jsonl with five captions of each.")
final class ScenePicturesCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Where the files go; made if it is missing.")
  private Path output;

  @Option(names = "--count", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--split",
      defaultValue = "test",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Split split;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new IllegalArgumentException("--count: expected at least 1, found " + count);
    }
    Files.createDirectories(output);
    SceneCorpus corpus = SceneCorpus.draw(split, count, seed);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String name = "scene-%05d.png".formatted(i);
      RenderedImage picture = SceneRenderer.render(corpus.scenes().get(i));
      WholeFile.writeBytes(output.resolve(name), out -> ImageIO.write(picture, "png", out));
      JsonArray captions = new JsonArray();
      corpus.captions().get(i).forEach(captions::add);
      JsonObject line = new JsonObject();
      line.addProperty("image", name);
      line.add("captions", captions);
      lines.append(line).append('\n');
    }
    WholeFile.write(output.resolve("captions.jsonl"), lines.toString());
    return 0;
  }
}
