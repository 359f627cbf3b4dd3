package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SceneTablesCommandTest {
  @TempDir private Path directory;

  private void copyClip() throws IOException {
    for (String name : List.of(ModelFolder.CLIP_WEIGHTS, ModelFolder.CLIP_TOKENIZER)) {
      Files.copy(BuiltInModel.SCENES.directory().resolve(name), directory.resolve(name));
    }
  }

  @Test
  void tablesOfNothingAreDashesBesideThePapersNumbers() throws IOException {
    copyClip();
    CommandRun run =
        CommandRun.of("scenes", "tables", "--working-directory", directory, "--print-only");

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(
        run.out().contains("| text, no noise | – / 16.4 | – / 68.7 | – / 68.2 | – / 60.2 |"),
        run::toString);
    assertTrue(run.out().contains("0 models, 0.0 hours of processor time."), run::toString);
  }

  @Test
  void onlyTheAskedPartsArePrinted() throws IOException {
    copyClip();
    CommandRun run =
        CommandRun.of(
            "scenes",
            "tables",
            "--working-directory",
            directory,
            "--print-only",
            "--only",
            "sizes");

    assertEquals(
        1, run.out().stream().filter(line -> line.startsWith("**")).count(), run::toString);
  }

  @Test
  void numbersBelowOneAreRefused() throws IOException {
    copyClip();
    CommandRun run =
        CommandRun.of("scenes", "tables", "--working-directory", directory, "--seeds", "0");

    assertEquals(1, run.exitCode());
    assertEquals(List.of("error: seeds: expected at least 1, found 0"), run.err());
  }

  @Test
  void printingNeedsAClip() {
    CommandRun run =
        CommandRun.of("scenes", "tables", "--working-directory", directory, "--print-only");

    assertEquals(1, run.exitCode());
    assertTrue(run.err().get(0).contains(directory.toString()), run::toString);
  }
}
