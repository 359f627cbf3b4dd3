package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.ModelDirectory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that is calibrated on the command line tells how far it is to be trusted. */
final class CalibrateCommandTest {
  @TempDir private Path directory;
  private Path model;
  private Path scenes;

  @BeforeEach
  void draw() {
    model = directory.resolve("model");
    scenes = directory.resolve("scenes");
    BuiltInModel.SCENES.copyTo(model);
    CommandRun drawn =
        CommandRun.of(
            "scenes", "pictures", "--split", "validation", "--count", 150, "--output", scenes);
    assertEquals(0, drawn.exitCode(), drawn::toString);
  }

  private CommandRun calibrate(Path captions, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("calibrate", "--model", model, "--captions", captions));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  void captionsHaveAConfidenceAfterwards() throws IOException {
    Path scene = scenes.resolve("scene-00000.png");
    Path blank = directory.resolve("blank.png");
    ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", blank.toFile());
    List<String> before = CommandRun.of("caption", scene, blank, "--model", model).out();

    CommandRun run = calibrate(scenes.resolve("captions.jsonl"), "--unsure", "0.1");
    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().get(0).matches("150 captions, .* right; Brier score .*"), run::toString);
    assertTrue(run.out().get(1).startsWith("| confidence | captions |"), run::toString);
    assertTrue(
        ModelDirectory.open(model).provenance().get("calibration").startsWith(run.out().get(0)));

    List<String> after = CommandRun.of("caption", scene, blank, "--model", model).out();
    assertTrue(
        after.get(0).matches(Pattern.quote(before.get(0)) + "\t[01]\\.\\d\\d"), after::toString);
    assertEquals(before.get(1) + "\tunsure", after.get(1));

    assertJsonHasConfidence(scene, blank);
    assertGalleryHasConfidence(scene, blank);
    List<String> answers =
        CommandRun.of("caption", scene, "--model", model, "--text", "a star").out();
    assertEquals(3, answers.get(0).split("\t").length, answers::toString);
  }

  private void assertJsonHasConfidence(Path scene, Path blank) {
    List<JsonObject> objects =
        CommandRun.of("caption", scene, blank, "--model", model, "--json", "--alternatives", 2)
            .out()
            .stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    for (JsonObject object : objects) {
      double confidence = object.get("confidence").getAsDouble();
      assertTrue(confidence >= 0 && confidence <= 1, object::toString);
      for (JsonElement other : object.getAsJsonArray("alternatives")) {
        assertEquals(
            Set.of("caption", "logProbability", "score", "tokenIds"),
            other.getAsJsonObject().keySet());
      }
    }
    assertFalse(objects.get(0).get("unsure").getAsBoolean());
    assertTrue(objects.get(1).get("unsure").getAsBoolean());
  }

  private void assertGalleryHasConfidence(Path scene, Path blank) throws IOException {
    Path html = directory.resolve("gallery.html");
    CommandRun.of("caption", scene, blank, "--model", model, "--html", html);
    String page = Files.readString(html);
    assertTrue(page.contains(" · confidence "), page);
    assertTrue(page.contains(" · unsure</small>"), page);
  }

  /** The pictures may lie elsewhere; a model may be calibrated again. */
  @Test
  void picturesAreFoundInAnotherFolder() throws IOException {
    Path captions =
        Files.copy(scenes.resolve("captions.jsonl"), directory.resolve("captions.jsonl"));
    CommandRun lost = calibrate(captions);
    assertEquals(1, lost.exitCode());
    assertEquals(0, calibrate(captions, "--images", scenes).exitCode());
    String first = ModelDirectory.open(model).provenance().get("calibration");
    assertEquals(0, calibrate(captions, "--images", scenes, "--unsure", "0.2").exitCode());
    assertFalse(first.equals(ModelDirectory.open(model).provenance().get("calibration")));
  }

  @ParameterizedTest
  @CsvSource({
    "99, 0.05, 'expected at least 100 described pictures, found 99'",
    "150, 0.001, 'expected at least 1000 described pictures, found 150'",
    "150, 1.5, 'share: expected above 0 and below 1, found 1.5'",
    "150, NaN, 'share: expected above 0 and below 1, found NaN'"
  })
  void whatCannotCalibrateIsRefusedAndTheModelStays(int pictures, String share, String message)
      throws IOException {
    byte[] manifest = Files.readAllBytes(model.resolve("captioner.json"));
    List<String> lines = Files.readAllLines(scenes.resolve("captions.jsonl"));
    Path captions = Files.write(scenes.resolve("few.jsonl"), lines.subList(0, pictures));
    CommandRun run = calibrate(captions, "--unsure", share);
    assertEquals(1, run.exitCode());
    assertEquals("error: " + message, run.err().get(run.err().size() - 1));
    assertArrayEquals(manifest, Files.readAllBytes(model.resolve("captioner.json")));
    assertFalse(Files.exists(model.resolve("calibration.safetensors")));
  }
}
