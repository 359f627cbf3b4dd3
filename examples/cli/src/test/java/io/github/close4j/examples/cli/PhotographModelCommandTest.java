package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.backbone.BackboneFiles;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneGenerator;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.onnx.Captioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every step of the command, at a size that teaches nothing. */
final class PhotographModelCommandTest {
  @TempDir private Path directory;

  private Path captions;
  private Path backbone;

  @BeforeEach
  void makePictures() throws IOException {
    List<Scene> scenes = new SceneGenerator(1, Split.TRAIN).take(5);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < scenes.size(); i++) {
      ImageIO.write(
          SceneRenderer.render(scenes.get(i)), "png", directory.resolve(i + ".png").toFile());
      lines.append("%d.png#0\tA picture , number %d .\n".formatted(i, i));
      lines.append("%d.png#1\tThe number %d\n".formatted(i, i));
    }
    captions = Files.writeString(directory.resolve("captions.token.txt"), lines);
    backbone = BackboneFiles.write(0, directory);
  }

  private CommandRun run(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("photographs", "model"));
    arguments.addAll(List.of("--captions", captions, "--images", directory));
    arguments.addAll(List.of("--backbone", backbone, "--vocabulary", 60));
    arguments.addAll(List.of("--clip-epochs", 1, "--epochs", 1, "--rewarded-epochs", 1));
    arguments.addAll(List.of("--working-directory", directory.resolve("work")));
    Collections.addAll(arguments, more);
    return CommandRun.of(arguments.toArray());
  }

  @Test
  void makesACaptionerAndJudgesIt() {
    Path output = directory.resolve("model");
    CommandRun made =
        run("--more-captions", captions, "--validation-captions", captions, "--output", output);
    assertEquals(0, made.exitCode(), String.join("\n", made.err()));
    assertTrue(made.out().get(0).startsWith("image to text R@1 "), made.out().get(0));
    assertTrue(made.out().get(1).startsWith("CIDEr-D "), made.out().get(1));
    try (Captioner captioner = Captioner.open(output)) {
      captioner.caption(directory.resolve("0.png"));
    }
    // CLIP is not trained again.
    CommandRun again = run("--output", directory.resolve("second"));
    assertEquals(0, again.exitCode(), String.join("\n", again.err()));
  }

  @Test
  void captionsWithoutPicturesAreRefused() throws IOException {
    Files.delete(directory.resolve("3.png"));
    CommandRun refused = run("--output", directory.resolve("model"));
    assertEquals(1, refused.exitCode());
    assertTrue(refused.err().get(0).contains("expected the picture 3.png"), refused.err().get(0));
  }

  @Test
  void aPictureThatCannotBeReadIsNamed() throws IOException {
    Files.writeString(directory.resolve("2.png"), "no picture");
    CommandRun refused = run("--output", directory.resolve("model"));
    assertEquals(1, refused.exitCode());
    String last = refused.err().get(refused.err().size() - 1);
    assertTrue(last.startsWith("error: ") && last.contains("2.png: expected a"), last);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    CommandRun cold = run("--output", directory.resolve("model"), "--temperature", 0);
    assertEquals(1, cold.exitCode());
    assertTrue(cold.err().get(0).contains("temperature: expected above 0"), cold.err().get(0));
    CommandRun warm = run("--output", directory.resolve("model"), "--temperature", 2);
    assertEquals(1, warm.exitCode());
  }

  @Test
  void otherWeightsAreRefused() throws IOException {
    backbone = Files.writeString(directory.resolve("weights.pth"), "none");
    CommandRun refused = run("--output", directory.resolve("model"));
    assertEquals(1, refused.exitCode());
    assertTrue(refused.err().get(0).contains("weights.pth: expected"), refused.err().get(0));
  }
}
