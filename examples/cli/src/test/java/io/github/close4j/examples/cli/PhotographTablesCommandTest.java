package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.tables.PhotographFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PhotographTablesCommandTest {
  /** A CLIP of random weights, exported. */
  private static final Path EXPORTED =
      Path.of("../../close-onnx/src/test/resources/io/github/close4j/onnx/exported/clip-model");

  @TempDir private Path directory;
  private PhotographFixture fixture;

  @BeforeEach
  void write() throws IOException {
    fixture = PhotographFixture.in(directory.resolve("photographs"));
  }

  private CommandRun tables(Path clip, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "photographs",
                "tables",
                "--working-directory",
                directory.resolve("study"),
                "--captions",
                fixture.file("train.jsonl"),
                "--validation-captions",
                fixture.file("validation.jsonl"),
                "--images",
                fixture.images(),
                "--t5-tokenizer",
                fixture.file("t5-tokenizer.json"),
                "--clip",
                clip));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  @Test
  void rowsAreTrainedByProcessesAndPrintedAndFoundAgain() {
    Object[] options = {"--rehearsal", "--seeds", 1, "--only", "captioning_single"};
    CommandRun run = tables(fixture.clip(), options);

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(
        run.out().stream().anyMatch(line -> line.matches("\\| 0\\.08 \\| .*\\(1 seed\\).*")),
        run::toString);
    assertTrue(
        run.out().stream().anyMatch(line -> line.matches("\\| here \\| [\\d.]+ \\| .*")),
        run::toString);
    assertTrue(run.out().stream().anyMatch(line -> line.startsWith("3 models,")), run::toString);

    CommandRun again = tables(fixture.clip(), options);
    assertEquals(run.out(), again.out());
    assertEquals(List.of(), again.err());
  }

  @Test
  void tablesOfNothingAreDashesBesideThePapersNumbers() {
    CommandRun run =
        tables(
            fixture.clip(),
            "--other-clip",
            EXPORTED,
            "--more-captions",
            fixture.file("more.txt"),
            "--print-only");

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(
        run.out().contains("| text, no noise | – / 16.4 | – / 68.7 | – / 68.2 | – / 60.2 |"),
        run::toString);
    assertTrue(run.out().contains("CLIP: clip"), run::toString);
    assertTrue(run.out().contains("CLIP: clip-model"), run::toString);
    assertEquals(
        2, run.out().stream().filter(line -> line.startsWith("**Noise,")).count(), run::toString);
    assertEquals(
        1, run.out().stream().filter(line -> line.startsWith("**Shifts")).count(), run::toString);
  }

  @Test
  void partsThatPhotographsDoNotHaveAreRefused() {
    CommandRun run = tables(fixture.clip(), "--print-only", "--only", "domains");

    assertEquals(2, run.exitCode());
    assertTrue(run.err().get(0).contains("found [DOMAINS]"), run::toString);
  }

  @Test
  void aClipThatIsNotThereIsOneLine() {
    CommandRun run = tables(directory.resolve("nothing"), "--print-only");

    assertEquals(1, run.exitCode());
    assertEquals(1, run.err().size(), run::toString);
    assertTrue(run.err().get(0).contains(directory.resolve("nothing").toString()), run::toString);
  }
}
