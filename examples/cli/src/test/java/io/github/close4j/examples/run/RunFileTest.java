package io.github.close4j.examples.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.Precision;
import io.github.close4j.training.LearningRateSchedule;
import io.github.close4j.training.TrainingOptions;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunFileTest {
  @TempDir private Path directory;
  private Path corpus;
  private Path model;
  private Path file;

  @BeforeEach
  void writeInputs() throws IOException {
    corpus = Files.writeString(directory.resolve("captions.txt"), "a red cat\nbig bird\n");
    model = Files.createDirectory(directory.resolve("base"));
    Files.writeString(model.resolve("captioner.json"), "{}");
    file = directory.resolve("runs/m.run/run.json");
  }

  private RunDescription plain() {
    return new RunDescription(
        CorpusTask.CAPTIONING_SINGLE,
        40,
        CorpusFiles.captions(corpus),
        false,
        RunDescription.Base.ofModel(model, false),
        new RunDescription.Adapter(null, 0.08),
        TrainingOptions.defaults(),
        null,
        null);
  }

  /** A run in which nothing has its default. */
  private RunDescription special() {
    CorpusFiles karpathy =
        new CorpusFiles(Map.of(Part.CAPTIONS, InputFile.of(corpus)), List.of("train", "restval"));
    return new RunDescription(
        CorpusTask.STYLE,
        7,
        karpathy,
        true,
        RunDescription.Base.ofPretrained(model, model, true),
        new RunDescription.Adapter(InputFile.of(corpus), 1e-3),
        new TrainingOptions(
            3,
            1_000_000_000_000L,
            5,
            2,
            1.0 / 3,
            0.01,
            1.5,
            0.2,
            6,
            LearningRateSchedule.NEARLY_CONSTANT,
            true,
            true,
            Device.cpu(),
            7,
            Long.MIN_VALUE,
            11,
            4,
            true,
            Precision.FLOAT16),
        new RunDescription.Validation(karpathy, 9, "CIDEr-D"),
        new RunDescription.Evaluation(
            CorpusFiles.captions(corpus), null, InputFile.of(corpus), "BLEU-4"));
  }

  @Test
  void whatIsWrittenIsRead() {
    for (RunDescription run : List.of(plain(), special())) {
      RunFile.write(run, file);
      assertEquals(run, RunFile.read(file));
    }
  }

  @Test
  void pathsStartFromTheFileSoThatAllCanBeMovedTogether() throws IOException {
    RunFile.write(plain(), file);
    assertFalse(Files.readString(file).contains(directory.toString()));
    Path moved = directory.resolve("moved");
    Files.createDirectories(moved.resolve("runs/m.run"));
    Files.move(file, moved.resolve("runs/m.run/run.json"));
    Files.move(corpus, moved.resolve("captions.txt"));
    Files.move(model, moved.resolve("base"), StandardCopyOption.ATOMIC_MOVE);

    RunDescription run = RunFile.read(moved.resolve("runs/m.run/run.json"));

    assertEquals(
        moved.resolve("captions.txt").toAbsolutePath(),
        run.corpus().files().get(Part.CAPTIONS).path());
    run.requireUnchangedInputs();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"epochs\": 8;\"epochs\": 8, \"epohcs\": 9;found 'epohcs'",
        "\"epochs\": 8;\"epochs\": \"8\";options.epochs: expected a whole number, found \"8\"",
        "\"epochs\": 8;\"epochs\": 8.5;options.epochs: expected a whole number, found 8.5",
        "\"epochs\": 8;\"epochs\": 0;epochs: expected at least 1, found 0",
        "\"epochs\": 8,;;options.epochs: expected a whole number, found nothing",
        "\"noiseStdDev\": 0.08;\"noiseStdDev\": -1;noiseStdDev: expected 0 or more, found -1.0",
        "\"version\": 1;\"version\": 2;version 2",
        "captioning-single;captioning;found captioning",
        "\"linear\";\"last\";options.schedule: expected one of",
        "\"captions\": {;\"pairs\": {;corpus of captioning-single: expected [captions], found [pairs]",
        "\"format\";\"extra\": {}, \"format\";found 'extra'",
      })
  void whatIsNotUnderstoodIsRefusedByName(String text, String replaced, String message)
      throws IOException {
    RunFile.write(plain(), file);
    String json = Files.readString(file);
    assertTrue(json.contains(text), json);
    Files.writeString(file, json.replace(text, replaced == null ? "" : replaced));

    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> RunFile.read(file));

    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }

  @Test
  void aFileThatIsMissingOrNoJsonIsRefused() throws IOException {
    assertThrows(UnusableFileException.class, () -> RunFile.read(file));
    for (String text : List.of("", "[]", "{", "nonsense")) {
      Path bad = Files.writeString(directory.resolve("bad.json"), text);
      assertThrows(UnusableFileException.class, () -> RunFile.read(bad), text);
    }
  }

  @Test
  void aByteOrderMarkIsPassedOverAndAnotherEncodingIsNamed() throws IOException {
    RunFile.write(plain(), file);
    String text = Files.readString(file);
    Files.writeString(file, "\ufeff" + text);
    assertEquals(plain(), RunFile.read(file));
    for (Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE)) {
      Files.writeString(file, text, charset);
      Exception thrown = assertThrows(UnusableFileException.class, () -> RunFile.read(file));
      assertTrue(thrown.getMessage().contains("expected UTF-8, found UTF-16"), thrown.getMessage());
    }
  }

  @Test
  void aChangedCorpusIsRefusedWithBothHashes() throws IOException {
    RunDescription run = plain();
    String before = InputFile.of(corpus).sha256();
    Files.writeString(corpus, "a red dog\n");

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, run::requireUnchangedInputs);

    assertEquals(
        "%s: expected SHA-256 %s, found %s"
            .formatted(corpus.toAbsolutePath(), before, InputFile.of(corpus).sha256()),
        refused.getMessage());
  }

  @Test
  void aFolderIsItsNamesAndItsFilesButNoPictures() throws IOException {
    String before = InputFile.of(model).sha256();
    Files.writeString(model.resolve("a.PNG"), "picture");
    Files.createDirectory(model.resolve(".cache"));
    Files.writeString(model.resolve(".cache/b"), "hidden");
    assertEquals(before, InputFile.of(model).sha256());

    Files.createDirectory(model.resolve("sub"));
    Files.writeString(model.resolve("sub/c"), "new");
    String grown = InputFile.of(model).sha256();
    Files.move(model.resolve("sub/c"), model.resolve("sub/d"));

    assertEquals(
        3, List.of(before, grown, InputFile.of(model).sha256()).stream().distinct().count());
  }
}
