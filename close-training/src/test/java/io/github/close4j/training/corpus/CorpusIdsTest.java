package io.github.close4j.training.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids meet however they are written, and JSON is JSON to its end. */
class CorpusIdsTest {
  @TempDir Path folder;

  private Path write(String content) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "corpus", ".json"), content);
  }

  /** The same id, in the image and in what is said of it. */
  @ParameterizedTest
  @ValueSource(strings = {"42", "\"42\"", "42.0", "\"42.0\"", "4.2e1", "420e-1", "\" 42\""})
  void idsMeetHoweverTheyAreWritten(String id) throws IOException {
    for (String other : List.of("42", "\"42\"", "42.0")) {
      Path coco =
          write(
              """
              {"images": [{"id": %s, "file_name": "a.jpg"}],
               "annotations": [{"image_id": %s, "caption": "A dog"}]}
              """
                  .formatted(id, other));
      assertEquals(
          List.of(new CaptionedImage("42", "a.jpg", List.of("A dog"))), Corpus.coco(coco).read());
      Path questions =
          write(
              "{\"questions\": [{\"question_id\": %s, \"image_id\": %s, \"question\": \"Q?\"}]}"
                  .formatted(id, id));
      Path annotations =
          write(
              "{\"annotations\": [{\"question_id\": %s, \"answers\": [{\"answer\": \"a\"}]}]}"
                  .formatted(other));
      assertEquals(
          List.of(new VisualQuestion("42", "42", List.of("A dog"), "Q?", List.of("a"))),
          Corpus.vqa(questions, annotations, Corpus.coco(coco)).read());
      Path results = write("[{\"image_id\": %s, \"caption\": \"A\"}]".formatted(id));
      assertEquals(
          List.of(Map.entry("42", "A")), Corpus.pairs(results, "image_id", "caption").read());
    }
  }

  @Test
  void idsBeyondDoublesStayApart() throws IOException {
    Path results =
        write(
            """
            [{"image_id": 9007199254740992, "caption": "A"},
             {"image_id": 9007199254740993, "caption": "B"},
             {"image_id": "9007199254740993.0", "caption": "C"},
             {"image_id": 123456789012345678901234567890, "caption": "D"}]
            """);
    assertEquals(
        List.of(
            "9007199254740992",
            "9007199254740993",
            "9007199254740993",
            "123456789012345678901234567890"),
        Corpus.pairs(results, "image_id", "caption").read().stream()
            .map(Map.Entry::getKey)
            .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "\"NaN\"",
        "'42'",
        "1e999999999",
        "true",
        "[1]",
        "{}",
        "null",
        "\"\"",
        "\"\u200b\"",
        "042",
        "+42",
        "0x2a",
        "42."
      })
  void whatIsNoIdIsRefused(String id) throws IOException {
    assertRefused(Corpus.pairs(write("[{\"i\": %s, \"t\": \"A\"}]".formatted(id)), "i", "t"));
    assertRefused(
        Corpus.coco(
            write(
                "{\"images\": [{\"id\": %s}], \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}]}"
                    .formatted(id))));
    if (!id.equals("null")) {
      assertRefused(Corpus.jsonLines(write("{\"id\": %s, \"captions\": [\"A\"]}\n".formatted(id))));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "]", "}", "{}", "[]", "[{\"i\":2,\"t\":\"B\"}]", ",", "1", "'", "// end"})
  void nothingMayStandBehindADocument(String more) throws IOException {
    String pairs = "[{\"i\": 1, \"t\": \"A\"}]\n" + more;
    assertRefused(Corpus.pairs(write(pairs), "i", "t"));
    String coco =
        "{\"images\": [{\"id\": 1}], \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}]}";
    assertEquals(1, Corpus.coco(write(coco + "\n\n")).read().size());
    assertRefused(Corpus.coco(write(coco + more)));
    assertRefused(Corpus.jsonLines(write("{\"captions\": [\"A\"]} " + more + "\n")));
    assertRefused(Corpus.captions(write("[{\"caption\": \"A\"}]" + more)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"images\": [{\"id\": 1}], \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}]",
        "{\"images\": [{\"id\": 1}], \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}], \"x\"",
        "{\"images\": [{\"id\": 1}], \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}], 'x': 1}",
        "{\"images\": [{\"id\": 1}], \"images\": [], \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}]}",
        "{'images': [{'id': 1}], 'annotations': [{'image_id': 1, 'caption': 'A'}]}",
        "{\"images\": [{\"id\": 1},], \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}]}",
        "{\"images\": [{\"id\": 1}] \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}]}",
      })
  void aDocumentIsReadToItsEnd(String document) throws IOException {
    assertRefused(Corpus.coco(write(document)));
    assertRefused(Corpus.captions(write(document)));
  }

  private static void assertRefused(Corpus<?> corpus) {
    Exception thrown = assertThrows(UnusableFileException.class, corpus::read);
    assertTrue(thrown.getMessage().startsWith(corpus + ": "), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("expected "), thrown.getMessage());
    assertTrue(thrown.getMessage().lines().count() == 1, thrown.getMessage());
  }
}
