package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported graphs by the program: imported, then used. */
final class ImportExportedTest {
  /** The graphs that close-onnx is tested with. */
  private static final Path GRAPHS =
      Path.of("../../close-onnx/src/test/resources/io/github/close4j/onnx/exported");

  @TempDir private Path directory;

  @Test
  void anImportedModelCaptions() throws IOException {
    Path model = directory.resolve("model");
    CommandRun imported = importInto(model, GRAPHS.resolve("t5-v11/prefix.safetensors"));
    assertEquals(0, imported.exitCode(), imported::toString);
    assertEquals(List.of("model: " + model), imported.err());

    Path picture = directory.resolve("picture.png");
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
    CommandRun run = CommandRun.of("caption", "--model", model, picture);
    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(1, run.out().size());
    assertTrue(run.out().get(0).contains("w"), run::toString);
  }

  @Test
  void whatDoesNotFitIsOneLineAndLeavesNothing() {
    Path model = directory.resolve("model");
    CommandRun run = importInto(model, GRAPHS.resolve("t5-v11/cases.safetensors"));
    assertEquals(1, run.exitCode());
    assertEquals(1, run.err().size(), run::toString);
    assertTrue(run.err().get(0).contains("cases.safetensors"), run::toString);
    assertFalse(Files.exists(model));
  }

  private static CommandRun importInto(Path model, Path prefix) {
    return CommandRun.of(
        "import",
        "--clip-onnx",
        GRAPHS.resolve("clip-model"),
        "--t5-onnx",
        GRAPHS.resolve("t5-v11"),
        "--prefix",
        prefix,
        "--output",
        model);
  }
}
