package io.github.close4j.examples.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Slot;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BuiltInModelTest {
  private static final int SCENES = 200;

  private static Captioner captioner;
  private static SceneCorpus unseen;

  @BeforeAll
  static void open() {
    captioner =
        Captioner.open(
            BuiltInModel.SCENES.directory(), InferenceOptions.defaults().threads(1).batchSize(32));
    unseen = SceneCorpus.draw(Split.TEST, SCENES, 31);
  }

  @AfterAll
  static void close() {
    captioner.close();
  }

  @ParameterizedTest
  @CsvSource({"SCENES, 12000000", "PHOTOGRAPHS, 30000000"})
  void itIsSmall(BuiltInModel model, long most) throws IOException {
    long bytes = 0;
    try (var files = Files.list(model.directory())) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertTrue(bytes <= most, "bytes: " + bytes);
  }

  @Test
  void itNamesColourAndShapeOfMostUnseenScenes() {
    SceneEvaluation result = SceneEvaluation.of(captioner, unseen, captioner.decoding());

    // Of 200 scenes; the README's table has the figures of 1 000.
    assertTrue(result.slots().fraction(Slot.COLOUR) >= 0.85, () -> result.row("built-in"));
    assertTrue(result.slots().fraction(Slot.SHAPE) >= 0.85, () -> result.row("built-in"));
  }

  @Test
  void aCaptionDoesNotDependOnWhatIsCaptionedWithIt() {
    List<CaptionInput> inputs =
        unseen.scenes().subList(0, 33).stream()
            .map(SceneRenderer::render)
            .map(CaptionInput::of)
            .toList();
    Decoding decoding = captioner.decoding();
    List<List<Caption>> together = captioner.caption(inputs, decoding);

    List<String> alone = new ArrayList<>();
    for (CaptionInput input : inputs) {
      alone.add(captioner.caption(List.of(input), decoding).get(0).get(0).text());
    }
    assertEquals(together.stream().map(hypotheses -> hypotheses.get(0).text()).toList(), alone);
  }

  /** Temporary folders are closed to other users; a copy that lasts has the mode of its parent. */
  @Test
  void aCopyThatLastsHasTheModeThatTheUmaskGives(@TempDir Path parent) throws IOException {
    assumeTrue(Files.getFileStore(parent).supportsFileAttributeView("posix"), "skipped: no modes");
    Path plain = Files.createDirectory(parent.resolve("plain"));
    Path copy = BuiltInModel.SCENES.copyIn(parent);
    assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(copy));
    assertEquals(copy, BuiltInModel.SCENES.copyIn(parent));
  }
}
