package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a user meets it: output, error lines, exit codes. */
final class MainTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "caption --help",
        "train --help",
        "evaluate --help",
        "calibrate --help",
        "sweep --help",
        "gap --help",
        "import --help",
        "export --help",
        "scenes --help",
        "scenes pictures --help",
        "scenes model --help",
        "scenes tables --help"
      })
  void everyCommandExplainsItself(String words) {
    CommandRun run = CommandRun.of((Object[]) words.split(" "));

    assertEquals(0, run.exitCode());
    assertTrue(run.out().get(0).startsWith("Usage: close "), run::toString);
    assertEquals(List.of(), run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "caption",
        "caption --beams many --scenes 1",
        "caption --scenes 1 --nonsense",
        "caption --scenes 1 --built-in cartoons",
        "caption --scenes 1 --built-in scenes --model m",
        "new --clip c --t5 t --built-in scenes --output m",
        "scenes",
        "scenes pictures",
        "train --captions a.txt",
        "train --output a",
        "train --output a --run r.json --epochs 2",
        "train --output a --resume --captions a.txt",
        "train --output a --captions a.txt --task singing",
        "train --output a --captions a.txt --clip c",
        "sweep --output a --captions a.txt",
        "evaluate --references a.jsonl --predictions p.json --images d",
        "evaluate --scenes 5 --report r.json",
        "calibrate --captions a.jsonl",
        "calibrate --model m",
        "calibrate --model m --captions a.jsonl --unsure few",
        "evaluate --task vqa",
        "evaluate --references a.jsonl --scenes 5",
        "import --model-json model.json",
        "import --output model",
        "import --clip-onnx clip --output model",
        "import --clip-onnx a --t5-onnx b --prefix c --state d --output model",
        "gap",
        "gap --text a.npy",
        "precision",
        "fly"
      })
  void misuseIsOneLineAndExitCode2(String words) {
    CommandRun run = CommandRun.of((Object[]) words.split(" "));

    assertEquals(2, run.exitCode());
    assertOneErrorLine(run);
  }

  @Test
  void captionsAreALineAPictureAndAGallery() throws IOException {
    Path picture = picture("red.png");
    Path gallery = directory.resolve("out/gallery.html");

    CommandRun run = CommandRun.of("caption", picture, "--scenes", 3, "--html", gallery);

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(4, run.out().size());
    for (String line : run.out()) {
      String[] columns = line.split("\t");
      assertEquals(4, columns.length, line);
      assertFalse(columns[1].isBlank(), line);
      assertTrue(Double.parseDouble(columns[2]) <= 0, line);
    }
    assertTrue(run.out().get(0).startsWith(picture + "\t"));
    String html = Files.readString(gallery);
    assertEquals(4, html.split("<figure>", -1).length - 1);
    for (String line : run.out()) {
      assertTrue(html.contains(line.split("\t")[1]), line);
    }
  }

  @Test
  void aPictureThatCannotBeReadDoesNotKeepOthersFromBeingCaptioned() throws IOException {
    Path text = Files.writeString(directory.resolve("note.png"), "this is no picture");
    Path missing = directory.resolve("missing.jpg");
    Path sound = picture("sound.png");

    CommandRun run = CommandRun.of("caption", text, missing, sound);

    assertEquals(1, run.exitCode());
    assertEquals(1, run.out().size());
    assertEquals(2, run.err().size());
    assertTrue(run.err().get(0).startsWith("error: " + text + ": expected"), run::toString);
    assertTrue(run.err().get(1).startsWith("error: " + missing + ": expected"), run::toString);
  }

  @Test
  void aDirectoryThatIsNoModelIsRefusedInOneLine() {
    CommandRun run = CommandRun.of("caption", "--scenes", 1, "--model", directory);

    assertEquals(1, run.exitCode());
    assertOneErrorLine(run);
    assertTrue(run.err().get(0).contains(ModelFolder.MANIFEST), run::toString);
  }

  @Test
  void aModelWithADamagedFileIsRefusedByName() throws IOException {
    Path copy = Files.createDirectory(directory.resolve("model"));
    try (var files = Files.list(BuiltInModel.SCENES.directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Path weights = copy.resolve(ModelFolder.T5_WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);

    CommandRun run = CommandRun.of("caption", "--scenes", 1, "--model", copy);

    assertEquals(1, run.exitCode());
    assertOneErrorLine(run);
    assertTrue(run.err().get(0).contains(weights + ": expected SHA-256"), run::toString);
  }

  @Test
  void picturesTrainingAndEvaluationWorkTogether() {
    Path pictures = directory.resolve("pictures");
    assertEquals(
        0, CommandRun.of("scenes", "pictures", "--output", pictures, "--count", 6).exitCode());
    Path captions = pictures.resolve("captions.jsonl");
    Path model = directory.resolve("trained");

    CommandRun trained =
        CommandRun.of(
            "train",
            "--built-in",
            "scenes",
            "--captions",
            captions,
            "--output",
            model,
            "--epochs",
            1,
            "--batch-size",
            8);
    assertEquals(0, trained.exitCode(), trained::toString);

    CommandRun evaluated = CommandRun.of("evaluate", "--model", model, "--references", captions);
    assertEquals(0, evaluated.exitCode(), evaluated::toString);
    assertEquals("examples: 6", evaluated.out().get(0));
    assertTrue(evaluated.out().get(7).matches("CIDEr-D: \\d+\\.\\d"), evaluated::toString);
  }

  @Test
  void trainingIntoSomethingThatExistsIsRefused() throws IOException {
    Path captions = Files.writeString(directory.resolve("captions.txt"), "a red star\n");

    CommandRun run =
        CommandRun.of(
            "train", "--built-in", "scenes", "--captions", captions, "--output", directory);

    assertEquals(1, run.exitCode());
    assertOneErrorLine(run);
  }

  @Test
  void aMalformedCorpusIsRefusedWithFileAndLine() throws IOException {
    Path captions =
        Files.writeString(
            directory.resolve("bad.jsonl"), "{\"captions\": [\"a star\"]}\n{\"captions\": 7}\n");

    CommandRun run =
        CommandRun.of(
            "train",
            "--built-in",
            "scenes",
            "--captions",
            captions,
            "--output",
            directory.resolve("m"));

    assertEquals(1, run.exitCode());
    assertOneErrorLine(run);
    assertTrue(
        run.err().get(0).contains("bad.jsonl: line 2: captions: expected a list"), run::toString);
  }

  @Test
  void theGapIsATableAndAPage() throws IOException {
    Path text = vectors("text", 0);
    Path image = vectors("image", 1);
    Path page = directory.resolve("gap.html");

    CommandRun run = CommandRun.of("gap", "--text", text, "--image", image, "--html", page);

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(2 + 7, run.out().size());
    assertTrue(run.out().get(2).startsWith("| none | "), run::toString);
    assertEquals(15, Files.readString(page).split("<img ", -1).length - 1);
  }

  @Test
  void thePicturesOfACorpusHaveAGapToo() {
    Path pictures = directory.resolve("pictures");
    assertEquals(
        0, CommandRun.of("scenes", "pictures", "--output", pictures, "--count", 12).exitCode());

    CommandRun run =
        CommandRun.of(
            "gap", "--built-in", "scenes", "--references", pictures.resolve("captions.jsonl"));

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(2 + 7, run.out().size());
  }

  @Test
  void graphsAreFilesForOtherTools() {
    Path graphs = directory.resolve("graphs");

    CommandRun run =
        CommandRun.of("export", "--built-in", "scenes", "--output", graphs, "--beams", 3);

    assertEquals(0, run.exitCode(), run::toString);
    for (String name : List.of("captioner.onnx", "clip-images.onnx", "clip-texts.onnx")) {
      assertTrue(Files.isRegularFile(graphs.resolve(name)), name);
      assertTrue(Files.isRegularFile(graphs.resolve(name + ".data")), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scenes pictures --output", "export --output"})
  void anOutputThatCannotBeWrittenIsNamedWithTheReason(String words) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "a file, not a folder");
    List<Object> arguments = new ArrayList<>(List.of(words.split(" ")));
    arguments.add(file);

    CommandRun run = CommandRun.of(arguments.toArray());

    assertEquals(1, run.exitCode());
    assertOneErrorLine(run);
    assertTrue(run.err().get(0).contains(file.toString()), run::toString);
    assertTrue(run.err().get(0).contains("something of that name is there already"), run::toString);
  }

  @Test
  void whatPrecisionsCostIsATable() throws IOException {
    CommandRun run =
        CommandRun.of(
            "precision", "--built-in", "scenes", picture("one.png"), picture("other.png"));

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(2 + 2, run.out().size(), run::toString);
    assertTrue(run.out().get(2).matches("\\| FLOAT16 \\| (0\\.99999|1\\.0).*"), run::toString);
    assertTrue(run.out().get(3).startsWith("| INT8 | 0.99"), run::toString);
    assertTrue(run.out().get(2).matches("(\\|[^|]+){8}\\|"), run::toString);
  }

  @Test
  void vectorsOfDifferentShapesAreRefused() {
    CommandRun run =
        CommandRun.of("gap", "--text", vectors("text", 0, 30), "--image", vectors("image", 1, 29));

    assertEquals(1, run.exitCode());
    assertOneErrorLine(run);
  }

  private Path vectors(String name, double offset) {
    return vectors(name, offset, 30);
  }

  /** Random vectors about a mean of their own. */
  private Path vectors(String name, double offset, int rows) {
    int dimension = 6;
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[rows * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() + (i % dimension == 0 ? offset : 0));
    }
    Path file = directory.resolve(name + ".safetensors");
    new Safetensors.Writer(DataType.F32).add("vectors", values, rows, dimension).write(file);
    return file;
  }

  private static void assertOneErrorLine(CommandRun run) {
    assertEquals(1, run.err().size(), run::toString);
    assertTrue(run.err().get(0).startsWith("error: "), run::toString);
    assertEquals(List.of(), run.out());
  }

  private Path picture(String name) throws IOException {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (int y = 8; y < 20; y++) {
      for (int x = 10; x < 22; x++) {
        image.setRGB(x, y, 0xd02020);
      }
    }
    Path file = directory.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }
}
