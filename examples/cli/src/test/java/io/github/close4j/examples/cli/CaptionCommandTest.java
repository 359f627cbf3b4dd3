package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.examples.scenes.SceneGenerator;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.onnx.Caption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code caption} prints for programs, and for many pictures. */
final class CaptionCommandTest {
  @TempDir private Path directory;

  @Test
  void anObjectAPictureStandsOnALineOfItsOwn() throws IOException {
    List<Path> pictures = pictures(3);
    CommandRun columns = run(pictures);
    CommandRun json = run(pictures, "--json");

    assertEquals(0, json.exitCode(), json::toString);
    assertEquals(List.of(), json.err());
    assertEquals(3, json.out().size());
    for (int i = 0; i < 3; i++) {
      JsonObject object = parse(json.out().get(i));
      assertEquals(
          Set.of("file", "caption", "logProbability", "score", "tokenIds"), object.keySet());
      String[] fields = columns.out().get(i).split("\t");
      assertEquals(fields[0], object.get("file").getAsString());
      assertEquals(fields[1], object.get("caption").getAsString());
      assertEquals(
          Double.parseDouble(fields[2]), object.get("logProbability").getAsDouble(), 0.0051);
      assertEquals(object.get("logProbability"), object.get("score"));
      assertFalse(object.getAsJsonArray("tokenIds").isEmpty());
    }
  }

  @Test
  void alternativesStandBehindTheBest() throws IOException {
    List<Path> pictures = pictures(1);
    JsonObject best = parse(run(pictures, "--json").out().get(0));
    JsonObject all =
        parse(run(pictures, "--json", "--alternatives", 4, "--length-normalized").out().get(0));

    assertEquals(3, all.getAsJsonArray("alternatives").size());
    double score = all.get("score").getAsDouble();
    for (JsonElement element : all.getAsJsonArray("alternatives")) {
      JsonObject other = element.getAsJsonObject();
      assertEquals(Set.of("caption", "logProbability", "score", "tokenIds"), other.keySet());
      assertTrue(other.get("score").getAsDouble() <= score);
      score = other.get("score").getAsDouble();
      int length = other.getAsJsonArray("tokenIds").size();
      assertEquals(other.get("logProbability").getAsDouble() / length, score, 1e-5);
    }
    assertNull(best.get("alternatives"));
  }

  /** More pictures than go together, with some among them that cannot be read. */
  @Test
  void whatCannotBeReadHasAnObjectInItsPlace() throws IOException {
    List<Path> pictures = new ArrayList<>(pictures(19));
    CommandRun sound = run(pictures, "--json");
    Path text = Files.writeString(directory.resolve("no \"picture\"\n.png"), "words");
    Path missing = directory.resolve("missing.png");
    pictures.add(0, text);
    pictures.add(5, missing);
    pictures.add(12, Files.createDirectory(directory.resolve("empty")));
    pictures.add(missing);
    CommandRun mixed = run(pictures, "--json");

    assertEquals(1, mixed.exitCode());
    assertEquals(List.of(), mixed.err());
    assertEquals(23, mixed.out().size());
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      JsonObject object = parse(mixed.out().get(i));
      assertEquals(pictures.get(i).toString(), object.get("file").getAsString());
      if (object.has("error")) {
        assertEquals(Set.of("file", "error"), object.keySet());
        assertTrue(object.get("error").getAsString().startsWith("expected a "), object::toString);
      } else {
        captions.add(object.get("caption").getAsString());
      }
    }
    assertEquals(
        sound.out().stream().map(line -> parse(line).get("caption").getAsString()).toList(),
        captions);
  }

  @Test
  void aFolderStandsForItsPictures() throws IOException {
    List<Path> pictures = pictures(3);
    Files.writeString(directory.resolve("notes.txt"), "words");
    Files.createDirectory(directory.resolve("folder.png"));
    Files.writeString(directory.resolve("._1.png"), "what macOS leaves on foreign disks");
    Path shouted = Files.move(pictures.get(0), directory.resolve("A.PNG"));

    CommandRun ofFolder = run(List.of(directory));

    List<Path> byName = Stream.of(shouted, pictures.get(1), pictures.get(2)).sorted().toList();
    assertEquals(run(byName).out(), ofFolder.out());
    assertEquals(0, ofFolder.exitCode());
  }

  /** A telephone's pictures are not passed over in silence. */
  @Test
  void whatIsNotReadInAFolderIsNamed() throws IOException {
    pictures(1);
    Path foreign = directory.resolve("IMG_0001.HEIC");
    Files.writeString(foreign, "\0\0\0\u0018ftypheic\0\0\0\0mif1heic");

    CommandRun run = run(List.of(directory));

    assertEquals(1, run.exitCode());
    assertEquals(1, run.out().size());
    assertEquals(1, run.err().size(), run::toString);
    assertTrue(run.err().get(0).startsWith("error: " + foreign), run::toString);
    assertTrue(run.err().get(0).contains("HEIC"), run::toString);
  }

  @Test
  void manyPicturesHaveTheCaptionsThatEachHasAlone() throws IOException {
    List<Path> pictures = pictures(11);
    List<String> alone = new ArrayList<>();
    for (Path picture : pictures) {
      alone.addAll(run(List.of(picture)).out());
    }
    assertEquals(alone, run(pictures).out());
  }

  /** The built-in model takes 32 tokens. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--json"})
  void aTextThatIsCutIsToldOnce(String option) throws IOException {
    List<Object> arguments = new ArrayList<>(pictures(11));
    arguments.addAll(0, List.of("caption", "--built-in", "scenes"));
    if (!option.isEmpty()) {
      arguments.add(option);
    }
    arguments.add("--text");
    arguments.add("what colour is it ".repeat(3));
    assertEquals(List.of(), CommandRun.of(arguments.toArray()).err());

    arguments.set(arguments.size() - 1, "what colour is it ".repeat(60));
    CommandRun cut = CommandRun.of(arguments.toArray());

    assertEquals(0, cut.exitCode());
    assertEquals(11, cut.out().size());
    assertEquals(1, cut.err().size(), cut::toString);
    assertTrue(
        cut.err()
            .get(0)
            .matches(
                "warning: --text is longer than the model reads: its last \\d+ tokens were left out"),
        cut::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--alternatives 2",
        "--json --alternatives 0",
        "--json --alternatives 6",
        "--json --beams 1 --alternatives 2"
      })
  void alternativesThatThereAreNotAreMisuse(String words) {
    List<Object> arguments = new ArrayList<>(List.of("caption", "--scenes", 1));
    arguments.addAll(List.of(words.split(" ")));
    CommandRun run = CommandRun.of(arguments.toArray());
    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().size());
    assertTrue(run.err().get(0).contains("--alternatives: expected "), run::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "\"quoted\" \\ / </script>",
        "line\nbreak\ttab\u0000\u0007\u001f\u007f\u0085",
        "naïve 数字 ☃ 😀",
        "half a pair \ud83d",
        "\u2028\u2029\ufeff"
      })
  void everyTextComesBackFromAsciiJson(String text) {
    StringWriter out = new StringWriter();
    new CaptionPrinter.JsonLines(new PrintWriter(out))
        .print(
            text,
            List.of(
                new Caption(
                    text,
                    Double.NEGATIVE_INFINITY,
                    Double.NaN,
                    List.of(5, 1),
                    0,
                    Double.NaN,
                    false),
                new Caption(text, -1.5, -0.5, List.of(), 0, Double.NaN, false)));
    List<String> lines = out.toString().lines().toList();
    assertEquals(1, lines.size());
    assertTrue(lines.get(0).chars().allMatch(c -> c >= ' ' && c < 0x7f), lines.get(0));
    JsonObject object = parse(lines.get(0));
    assertEquals(text, object.get("file").getAsString());
    assertEquals(text, object.get("caption").getAsString());
    assertTrue(object.get("logProbability").isJsonNull());
    assertTrue(object.get("score").isJsonNull());
    assertEquals("[5,1]", object.get("tokenIds").toString());
  }

  private static CommandRun run(List<Path> pictures, Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("caption", "--built-in", "scenes"));
    arguments.addAll(List.of(options));
    arguments.addAll(pictures);
    return CommandRun.of(arguments.toArray());
  }

  private List<Path> pictures(int count) throws IOException {
    List<Path> pictures = new ArrayList<>();
    var scenes = new SceneGenerator(3, Split.TEST).take(count);
    for (int i = 0; i < count; i++) {
      Path file = directory.resolve(i + ".png");
      ImageIO.write(SceneRenderer.render(scenes.get(i)), "png", file.toFile());
      pictures.add(file);
    }
    return pictures;
  }

  /** Gson's strict reader: nothing but JSON. */
  private static JsonObject parse(String line) {
    try {
      return new Gson().getAdapter(JsonElement.class).fromJson(line).getAsJsonObject();
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }
}
