package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.training.Evaluation.Example;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.VisualQuestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
  private static final List<CaptionedImage> IMAGES =
      List.of(
          new CaptionedImage("1", null, List.of("A red dog.", "a dog")),
          new CaptionedImage("2", null, List.of("unseen")),
          new CaptionedImage("3", null, List.of("Two birds fly", "birds")),
          CaptionedImage.of(List.of("of no picture")));

  @TempDir Path folder;

  private static Map<String, String> said(String... idsAndTexts) {
    Map<String, String> said = new LinkedHashMap<>();
    for (int i = 0; i < idsAndTexts.length; i += 2) {
      said.put(idsAndTexts[i], idsAndTexts[i + 1]);
    }
    return said;
  }

  private static Evaluation captions() {
    return Evaluation.captions(
        "made up, test",
        said("3", "two birds", "1", "a red dog"),
        IMAGES,
        List.of(CaptionMetric.CIDER_D, CaptionMetric.ROUGE_L));
  }

  @Test
  void captionsMeetTheReferencesOfTheirIds() {
    Evaluation report = captions();
    List<String> candidates = List.of("two birds", "a red dog");
    List<List<String>> references =
        List.of(List.of("Two birds fly", "birds"), List.of("A red dog.", "a dog"));
    assertEquals(List.of("CIDEr-D", "ROUGE-L"), List.copyOf(report.scores().keySet()));
    for (CaptionMetric metric : List.of(CaptionMetric.CIDER_D, CaptionMetric.ROUGE_L)) {
      assertEquals(
          metric.score(candidates, references).corpus(), report.scores().get(metric.title()));
      for (int i = 0; i < 2; i++) {
        assertEquals(
            metric.score(candidates, references).perExample().get(i),
            report.examples().get(i).scores().get(metric.title()));
      }
    }
    assertEquals("3", report.examples().get(0).id());
    assertEquals(List.of("Two birds fly", "birds"), report.examples().get(0).references());
    assertEquals(1, report.examples().get(1).scores().get("ROUGE-L"));
  }

  /** Worked by hand: two of ten agree, then all. */
  @Test
  void answersAreScoredByBothRules() {
    List<String> tenth = new ArrayList<>(List.of("dog", "dog"));
    for (int i = 0; i < 8; i++) {
      tenth.add("cat " + i);
    }
    Evaluation report =
        Evaluation.answers(
            "made up",
            said("7", "A dog.", "8", "2"),
            List.of(
                new VisualQuestion("7", "1", List.of("c"), "What?", tenth),
                new VisualQuestion("8", "1", List.of("c"), "How many?", List.of("2", "2", "2"))));
    assertEquals(2 / 3.0, report.examples().get(0).scores().get("VQA accuracy"), 1e-12);
    assertEquals(0.6, report.examples().get(0).scores().get("VQA accuracy, leave one out"), 1e-12);
    assertEquals((2 / 3.0 + 1) / 2, report.scores().get("VQA accuracy"), 1e-12);
  }

  /** 1 of 1 and not 1 of 2 would be what is left if a question without an answer were left out. */
  @Test
  void everyQuestionNeedsAnAnswer() {
    List<VisualQuestion> questions =
        Stream.of("7", "8", "9")
            .map(id -> new VisualQuestion(id, "1", List.of("c"), "What?", List.of("dog")))
            .toList();
    Exception missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> Evaluation.answers("made up", said("7", "dog"), questions));
    assertEquals(
        "predictions: expected one for each of 3 questions, found none for 2, such as id 8",
        missing.getMessage());
    Exception unknown =
        assertThrows(
            IllegalArgumentException.class,
            () -> Evaluation.answers("made up", said("7", "dog", "70", "dog"), questions));
    assertEquals("prediction of id 70: expected references, found none", unknown.getMessage());
    Evaluation whole =
        Evaluation.answers("made up", said("7", "dog", "8", "", "9", "cat"), questions);
    assertEquals(3, whole.asked());
    assertEquals(1.0 / 9, whole.scores().get("VQA accuracy"), 1e-12);
  }

  @Test
  void whatHasNoCaptionOrLabelIsCounted() {
    assertEquals(3, captions().asked());
    assertEquals(2, captions().examples().size());
    Evaluation labels =
        Evaluation.entailment(
            "made up", said("a", "neutral"), Map.of("a", "neutral", "b", "entailment"));
    assertEquals(2, labels.asked());
    assertEquals(1, labels.examples().size());
  }

  @Test
  void referencesOfOneIdStandTogether() {
    Exception thrown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Evaluation.captions(
                    "",
                    said("1", "a"),
                    List.of(IMAGES.get(0), IMAGES.get(0)),
                    List.of(CaptionMetric.BLEU_1)));
    assertEquals("references of id 1: expected one entry, found another", thrown.getMessage());
  }

  @Test
  void labelsAreScored() {
    Evaluation report =
        Evaluation.entailment(
            "made up",
            said("a", "neutral", "b", " Neutral"),
            Map.of("a", "entailment", "b", "neutral", "c", "neutral"));
    assertEquals(Map.of("accuracy", 0.5), report.scores());
    assertEquals(
        List.of(
            new Example("a", "neutral", List.of("entailment"), Map.of("accuracy", 0.0)),
            new Example("b", " Neutral", List.of("neutral"), Map.of("accuracy", 1.0))),
        report.examples());
  }

  @Test
  void everyIdHasReferences() {
    Exception thrown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Evaluation.captions(
                    "", said("1", "a", "9", "a"), IMAGES, List.of(CaptionMetric.BLEU_1)));
    assertEquals("prediction of id 9: expected references, found none", thrown.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Evaluation.captions("", Map.of(), IMAGES, List.of(CaptionMetric.BLEU_1)));
  }

  @Test
  void aScorerComparesWithTheTargets() {
    Map<String, Double> scores =
        Evaluation.captionScores(CaptionMetric.BLEU_1, CaptionMetric.ROUGE_L)
            .apply(
                List.of(new TrainingExample(List.of("x"), null, List.of("a dog", "the dog"))),
                List.of("the dog"));
    assertEquals(List.of("BLEU-1", "ROUGE-L"), List.copyOf(scores.keySet()));
    assertEquals(1, scores.get("BLEU-1"), 1e-9);
  }

  @Test
  void aReportIsReadAsItWasWritten() throws IOException {
    Path file = folder.resolve("report.json");
    Files.writeString(file, "replaced");
    captions().write(file);
    Evaluation read = Evaluation.read(file);
    assertEquals(captions(), read);
    assertEquals(List.of("CIDEr-D", "ROUGE-L"), List.copyOf(read.scores().keySet()));
    assertOnlyFile(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"data\": \"x\", \"scores\": {}}",
        "{\"data\": \"x\", \"scores\": {\"a\": null}, \"examples\": []}",
        "{\"data\": \"x\", \"scores\": {\"a\": \"b\"}, \"examples\": []}",
        "{\"data\": \"x\", \"scores\": {}, \"examples\": [null]}",
        "{\"data\": \"x\", \"scores\": {}, \"examples\": [{\"id\": \"1\"}]}",
      })
  void whatIsNoReportIsNamed(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("report.json"), content);
    Exception thrown = assertThrows(UnusableFileException.class, () -> Evaluation.read(file));
    assertTrue(String.valueOf(thrown.getMessage()).contains(": expected "), thrown.getMessage());
  }

  @Test
  void aFileThatCannotBeWrittenIsNamedAndLeavesNothing() throws IOException {
    Path file = Files.createDirectories(folder.resolve("taken/inner")).getParent();
    UncheckedIOException thrown =
        assertThrows(UncheckedIOException.class, () -> captions().write(file));
    assertTrue(String.valueOf(thrown.getMessage()).startsWith(file + ": cannot be written"));
    assertOnlyFile(file);
  }

  private void assertOnlyFile(Path file) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }
}
