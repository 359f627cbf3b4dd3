package io.github.close4j.programs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ModelDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The five programs, as short as they are said to be, do what they say. */
final class ProgramsTest {
  private static final Path SOURCES =
      Path.of("src/main/java").resolve(ProgramsTest.class.getPackageName().replace('.', '/'));
  private static final int MOST_LINES = 30;

  @TempDir private Path folder;
  private String model;
  private SceneCorpus scenes;
  private List<Path> photos;

  @BeforeEach
  void drawScenes() throws IOException {
    model = BuiltInModel.SCENES.directory().toString();
    scenes = SceneCorpus.draw(Split.TEST, 4, 1);
    photos = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Path photo = folder.resolve(i + ".png");
      ImageIO.write(SceneRenderer.render(scenes.scenes().get(i)), "png", photo.toFile());
      photos.add(photo);
    }
  }

  @Test
  void eachIsShort() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      List<Path> programs =
          files.filter(file -> !file.endsWith("package-info.java")).sorted().toList();
      assertEquals(5, programs.size(), programs::toString);
      for (Path program : programs) {
        int lines = Files.readAllLines(program).size();
        assertTrue(lines <= MOST_LINES, () -> program + " has " + lines + " lines");
      }
    }
  }

  @Test
  void pagesShowThem() throws IOException {
    String page = Files.readString(Path.of("README.md"));
    for (String program :
        List.of("CaptionPhoto", "AskQuestion", "FitAdapter", "OwnAdapter", "TrainCaptioner")) {
      String source = Files.readString(SOURCES.resolve(program + ".java"));
      assertTrue(page.contains(source.substring(source.indexOf("import "))), program);
    }
    String first = Files.readString(SOURCES.resolve("CaptionPhoto.java"));
    String body = first.substring(first.indexOf("public final class"));
    assertTrue(Files.readString(Path.of("../../README.md")).contains(body), body);
  }

  @Test
  void captionsAPhoto() throws IOException {
    assertEquals(caption(Path.of(model)), run(CaptionPhoto::main, model, photos.get(0)).strip());
  }

  @Test
  void answersAQuestion() throws IOException {
    List<String> answers =
        run(AskQuestion::main, model, photos.get(0), "what colour is it?").lines().toList();
    assertEquals(3, answers.size(), answers::toString);
    assertTrue(answers.get(0).matches("-\\d+[.,]\\d\\d {2}\\S.*"), answers::toString);
  }

  @Test
  void fitsAnAdapterThatTrainingCanUse() throws IOException {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < photos.size(); i++) {
      pairs.add(photos.get(i) + "\t" + scenes.captions().get(i).get(0));
    }
    Path file = Files.write(folder.resolve("pairs.tsv"), pairs);
    Path saved = folder.resolve("adapter.safetensors");
    assertEquals("", run(FitAdapter::main, model, file, saved));
    ModalityAdapter adapter = assertInstanceOf(ModalityAdapter.class, AdapterFile.load(saved));
    String said = adapter.toString();
    assertTrue(said.contains("MeanShift") && said.contains("GaussianNoise"), said);
  }

  @Test
  void trainsWithAnAdapterOfItsOwn() throws IOException {
    Path output = folder.resolve("own");
    assertEquals("", run(OwnAdapter::main, model, captions(), output));
    assertEquals(
        OwnAdapter.class.getName(), ModelDirectory.open(output).provenance().get("adapter"));
  }

  @Test
  void trainsACaptionerAndOpensIt() throws IOException {
    Path output = folder.resolve("trained");
    String said = run(TrainCaptioner::main, model, captions(), output, photos.get(0));
    assertEquals(caption(output), said.strip());
  }

  private String caption(Path directory) {
    try (Captioner captioner = Captioner.open(directory)) {
      return captioner.caption(photos.get(0)).text();
    }
  }

  private Path captions() throws IOException {
    List<String> lines = scenes.captions().stream().flatMap(List::stream).toList();
    return Files.write(folder.resolve("captions.txt"), lines);
  }

  /** A program's main method. */
  private interface Program {
    void main(String[] args) throws IOException;
  }

  /** What a program prints. */
  private static String run(Program program, Object... arguments) throws IOException {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      program.main(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    } finally {
      System.setOut(console);
    }
    return printed.toString(UTF_8);
  }
}
