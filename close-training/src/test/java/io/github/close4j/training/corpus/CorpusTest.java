package io.github.close4j.training.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusTest {
  private static final String COCO =
      """
      {"info": {"images": [1]},
       "images": [{"id": 7, "file_name": "b.jpg"}, {"id": 3}, {"id": 9, "file_name": "c.jpg"}],
       "annotations": [{"image_id": 3, "id": 1, "caption": "A dog."},
                       {"image_id": 7, "id": 2, "caption": "A cat"},
                       {"image_id": 3, "id": 3, "caption": " Two dogs"}]}
      """;

  @TempDir Path folder;

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Path gzip(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static <T> List<T> read(Corpus<T> corpus) {
    return corpus.read();
  }

  @Test
  void linesAreCaptions() throws IOException {
    Path file = write("a.txt", "A dog\r\n\n  a café \nlast");
    assertEquals(
        List.of("A dog", "a café", "last"),
        read(Corpus.lines(file)).stream().map(image -> image.captions().get(0)).toList());
    assertEquals(read(Corpus.lines(file)), read(Corpus.captions(file)));
  }

  @Test
  void jsonLinesGroupCaptions() throws IOException {
    String text =
        """
        {"image": "a.png", "captions": ["One", "two"]}

        {"id": 5, "captions": ["three"], "more": {"x": [1]}}
        """;
    List<CaptionedImage> expected =
        List.of(
            new CaptionedImage(null, "a.png", List.of("One", "two")),
            new CaptionedImage("5", null, List.of("three")));
    assertEquals(expected, read(Corpus.jsonLines(write("a.jsonl", text))));
    assertEquals(expected, read(Corpus.captions(gzip("a.jsonl.gz", text))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cocoIsGroupedByImage(boolean packed) throws IOException {
    // The name does not tell whether a file is packed; its first bytes do.
    Path file = packed ? gzip("coco.json", COCO) : write("coco.json", COCO);
    assertEquals(
        List.of(
            new CaptionedImage("7", "b.jpg", List.of("A cat")),
            new CaptionedImage("3", null, List.of("A dog.", " Two dogs"))),
        read(Corpus.captions(file)));
  }

  @Test
  void karpathyGivesTheRawCaptionsOfItsSplits() throws IOException {
    Path file =
        write(
            "dataset_coco.json",
            """
            {"dataset": "coco", "images": [
              {"filename": "a.jpg", "cocoid": 1, "split": "train",
               "sentences": [{"tokens": ["a", "dog"], "raw": "A dog."}, {"raw": "Dog"}]},
              {"filename": "b.jpg", "cocoid": 2, "split": "restval", "sentences": [{"raw": "B"}]},
              {"filename": "c.jpg", "split": "train", "sentences": [{"raw": "C"}]}]}
            """);
    assertEquals(
        List.of(
            new CaptionedImage("1", "a.jpg", List.of("A dog.", "Dog")),
            new CaptionedImage(null, "c.jpg", List.of("C"))),
        read(Corpus.karpathy(file, Set.of("train"))));
    assertEquals(3, read(Corpus.karpathy(file, Set.of("train", "restval"))).size());
    assertThrows(IllegalArgumentException.class, () -> Corpus.karpathy(file, Set.of()));
  }

  @Test
  void snliPassesOverPairsWithoutALabel() throws IOException {
    Path file =
        write(
            "snli.jsonl",
            """
            {"gold_label": "neutral", "sentence1": "A dog runs.", "sentence2": "It is late."}
            {"gold_label": "-", "sentence1": "A", "sentence2": "B"}
            {"gold_label": "entailment", "sentence1": "A", "sentence2": "B", "pairID": "7.jpg#0r1e", "captionID": "7.jpg#0"}
            """);
    assertEquals(
        List.of(
            new EntailmentPair("A dog runs.", "It is late.", "neutral"),
            new EntailmentPair("7.jpg#0r1e", "7.jpg", "A", "B", "entailment")),
        read(Corpus.snli(file)));
  }

  @Test
  void sickIsReadByTheNamesOfItsColumns() throws IOException {
    Path file =
        gzip(
            "sick.tsv.gz",
            "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n"
                + "1\tA dog\tA cat\t4.5\tCONTRADICTION\n2\tB\tC\t1\tNEUTRAL\n");
    assertEquals(
        List.of(
            new EntailmentPair("A dog", "A cat", "contradiction"),
            new EntailmentPair("B", "C", "neutral")),
        read(Corpus.sick(file)));
    // A corpus can be read again.
    assertEquals(2, read(Corpus.sick(file)).size());
  }

  @Test
  void vqaJoinsQuestionsAnswersAndCaptions() throws IOException {
    Path questions =
        write(
            "q.json",
            """
            {"questions": [{"image_id": 3, "question": "What?", "question_id": 31},
                           {"image_id": 7, "question": "Where?", "question_id": 71},
                           {"image_id": 9, "question": "When?", "question_id": 91},
                           {"image_id": 7, "question": "Who?", "question_id": 72}]}
            """);
    Path annotations =
        write(
            "a.json",
            """
            {"annotations": [
              {"question_id": 71, "answers": [{"answer": "here"}]},
              {"question_id": 91, "answers": [{"answer": "now"}]},
              {"question_id": 31, "answers": [{"answer": "a dog"}, {"answer": "dog"}]}]}
            """);
    Corpus<VisualQuestion> corpus =
        Corpus.vqa(questions, annotations, Corpus.coco(write("coco.json", COCO)));
    List<String> told = new ArrayList<>();
    assertEquals(
        List.of(
            new VisualQuestion(
                "31", "3", List.of("A dog.", " Two dogs"), "What?", List.of("a dog", "dog")),
            new VisualQuestion("71", "7", List.of("A cat"), "Where?", List.of("here"))),
        corpus.read(told::add));
    assertEquals(
        List.of(
            questions + ": $.questions[2]: expected captions of image 9, found none",
            questions + ": $.questions[3]: expected an annotation of question 72, found none"),
        told);
  }

  @Test
  void vqaETakesTheFirstExplanation() throws IOException {
    Path file =
        write(
            "e.json",
            """
            [{"img_id": 4, "question": "How many?", "answers": ["2", "two", "2"],
              "explanation": [" Two men sit. ", 0.75], "multiple_choice_answer": "2"}]
            """);
    assertEquals(
        List.of(
            new VisualQuestion(
                "$[0]", "4", List.of("Two men sit."), "How many?", List.of("2", "two", "2"))),
        read(Corpus.vqaE(file)));
  }

  @Test
  void newsTakesTheFirstLineOfAnArticle() throws IOException {
    Files.createDirectories(folder.resolve("bbc/articles"));
    write("bbc/articles/1.txt", "The first line.\nThe second.\n");
    write("bbc/articles/2.txt", "\nLater");
    Path file =
        write(
            "train_data.json",
            """
            [{"id": 1, "caption": "C", "image_path": "./bbc/1.jpg",
              "article_path": "./bbc/articles/1.txt"},
             {"id": 2, "caption": "C", "image_path": "i", "article_path": "./bbc/articles/2.txt"},
             {"id": 3, "caption": "C", "image_path": "i", "article_path": "./bbc/articles/3.txt"},
             {"id": 4, "caption": "C", "image_path": "i", "article_path": "../x.txt"}]
            """);
    List<String> told = new ArrayList<>();
    assertEquals(
        List.of(new NewsPicture("1", "./bbc/1.jpg", "C", "The first line.")),
        Corpus.visualNews(file, folder).read(told::add));
    assertEquals(3, told.size());
    assertTrue(told.get(0).contains("$[1]: expected text in the first line of"), told.get(0));
    assertTrue(told.get(1).contains("$[2]: expected an article at"), told.get(1));
    assertTrue(told.get(2).contains("$[3]: expected an article within"), told.get(2));
  }

  @Test
  void malformedRecordsStopTheRunWithFileLineAndReason() throws IOException {
    Path file = write("a.jsonl", "{\"captions\": [\"one\"]}\n\n{\"captions\": []}\n");
    UnusableFileException thrown =
        assertThrows(UnusableFileException.class, () -> read(Corpus.jsonLines(file)));
    assertEquals(
        file + ": line 3: captions: expected a list with at least one entry, found []",
        thrown.getMessage());
  }

  @Test
  void malformedRecordsAreCountedAndSkipped() throws IOException {
    List<String> lines =
        List.of(
            "{\"captions\": [\"one\"]}",
            "{\"captions\": [\"one\"",
            "[]",
            "{\"captions\": \"one\"}",
            "{\"captions\": [\"\"]}",
            "{\"captions\": [null]}",
            "{\"captions\": [1]}",
            "{\"image\": {}, \"captions\": [\"one\"]}",
            "{\"captions\": [\"last\"]}");
    Path file = write("a.jsonl", String.join("\n", lines));
    List<String> told = new ArrayList<>();
    assertEquals(2, Corpus.jsonLines(file).read(told::add).size());
    assertEquals(7, told.size());
    for (int i = 0; i < told.size(); i++) {
      assertTrue(told.get(i).startsWith(file + ": line " + (i + 2) + ": "), told.get(i));
      assertTrue(told.get(i).contains("expected "), told.get(i));
    }
  }

  @Test
  void recordsOfEveryFormAreChecked() throws IOException {
    assertMalformed(
        ": $.annotations[0]: expected an image 4 in 'images', found none",
        Corpus.coco(
            write(
                "1",
                "{\"images\": [], \"annotations\": [{\"image_id\": 4, \"caption\": \"a\"}]}")));
    assertMalformed(
        ": $.images[0]: sentences[0].raw: expected text, found nothing",
        Corpus.karpathy(
            write(
                "2",
                "{\"images\": [{\"split\": \"val\", \"filename\": \"a\", \"sentences\": [{}]}]}"),
            Set.of("val")));
    assertMalformed(
        ": line 1: expected a label of [entailment, neutral, contradiction], found maybe",
        Corpus.snli(
            write("3", "{\"gold_label\": \"maybe\", \"sentence1\": \"a\", \"sentence2\": \"b\"}")));
    assertMalformed(
        ": line 2: expected 3 columns, found 2",
        Corpus.sick(write("4", "sentence_A\tsentence_B\tentailment_label\na\tb\n")));
    assertMalformed(
        ": line 2: expected a column 'entailment_judgment'",
        Corpus.sick(write("5", "one\ttwo\na\tb\n")));
  }

  /** What is no JSON, text or gzip at all ends the run even where records may be skipped. */
  @Test
  void brokenFilesEndTheRun() throws IOException {
    assertBroken("expected JSON", Corpus.coco(write("1", "{\"images\": [{\"id\": 1}, oops]}")));
    assertBroken("$: expected a JSON object", Corpus.coco(write("2", "[]")));
    assertBroken("$: expected a field 'images'", Corpus.coco(write("3", "{\"a\": [1, {}]}")));
    assertBroken("$: expected a JSON list", Corpus.vqaE(write("4", "{}")));
    assertBroken("expected", Corpus.vqaE(write("5", "[{\"img_id\": 1")));
    assertBroken("expected", Corpus.vqaE(write("6", "")));
    Path latin = Files.write(folder.resolve("7"), new byte[] {'a', '\n', (byte) 0xe9, '\n'});
    assertBroken("expected UTF-8 text", Corpus.lines(latin));
    byte[] packed = Files.readAllBytes(gzip("8", "a caption\n".repeat(1000)));
    Path cut = Files.write(folder.resolve("9"), Arrays.copyOf(packed, packed.length - 12));
    assertBroken("expected a whole gzip file", Corpus.lines(cut));
    byte[] document = Files.readAllBytes(gzip("10", "[" + " ".repeat(5000) + "]"));
    Path half = Files.write(folder.resolve("11"), Arrays.copyOf(document, document.length - 12));
    assertBroken("expected", Corpus.vqaE(half));
    assertBroken("expected a corpus, found no file", Corpus.lines(folder.resolve("none")));
  }

  @Test
  void anEmptyCorpusIsNamed() throws IOException {
    Path file = write("empty.txt", "\n \n");
    Exception thrown = assertThrows(UnusableFileException.class, () -> read(Corpus.lines(file)));
    assertEquals(file + ": expected at least one record, found none", thrown.getMessage());
  }

  @Test
  void aStreamIsLazyAndClosesItsFile() throws IOException {
    Path file = write("a.jsonl", "{\"captions\": [\"one\"]}\nbroken\n");
    try (Stream<CaptionedImage> stream = Corpus.jsonLines(file).stream()) {
      CaptionedImage first = stream.iterator().next();
      assertEquals(List.of("one"), first.captions());
      assertNull(first.id());
    }
  }

  private static void assertMalformed(String part, Corpus<?> corpus) {
    Exception thrown = assertThrows(UnusableFileException.class, () -> read(corpus));
    assertTrue(String.valueOf(thrown.getMessage()).contains(corpus + part), thrown.getMessage());
  }

  private static void assertBroken(String part, Corpus<?> corpus) {
    Exception thrown = assertThrows(UnusableFileException.class, () -> corpus.read(told -> {}));
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
    assertTrue(String.valueOf(thrown.getMessage()).startsWith(corpus + ":"), thrown.getMessage());
  }
}
