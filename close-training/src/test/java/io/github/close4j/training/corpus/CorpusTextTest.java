package io.github.close4j.training.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for the text of every corpus: its encoding, and that something of it is seen. */
class CorpusTextTest {
  private static final String QUESTION = "{\"question_id\":1,\"image_id\":2,\"question\":\"%s\"}";
  private static final String LINES = "%s dog\nA cat\n";
  private static final String PAIRS = "[{\"image_id\":1,\"caption\":\"%s\"}]";

  @TempDir Path folder;

  /** A corpus by each reader of files, as content with a text in it and what reads it. */
  private Map<String, Function<Path, Corpus<?>>> corpora() throws IOException {
    Files.writeString(folder.resolve("article.txt"), "First line\n");
    Path annotations =
        Files.writeString(
            folder.resolve("annotations.json"),
            "{\"annotations\":[{\"question_id\":1,\"answers\":[{\"answer\":\"yes\"}]}]}");
    Path captions = Files.writeString(folder.resolve("c.jsonl"), "{\"id\":2,\"captions\":[\"A\"]}");
    Map<String, Function<Path, Corpus<?>>> corpora = new LinkedHashMap<>();
    corpora.put(LINES, Corpus::lines);
    corpora.put(LINES + "\n", Corpus::captions);
    corpora.put("image,caption\na.jpg,%s\n", Corpus::captions);
    corpora.put("image\tcaption\na.jpg\t%s\n", Corpus::captions);
    corpora.put("image|caption\na.jpg|%s\n", Corpus::captions);
    corpora.put("{\"captions\": [\"%s\"]}\n", Corpus::jsonLines);
    corpora.put("{\"caption\": \"%s\"}\n", Corpus::captions);
    corpora.put("[{\"caption\": \"%s\"}]\n", Corpus::captions);
    corpora.put(
        "{\"images\":[{\"id\":1}],\"annotations\":[{\"image_id\":1,\"caption\":\"%s\"}]}",
        Corpus::coco);
    corpora.put(
        "{\"images\":[{\"split\":\"val\",\"filename\":\"a\",\"sentences\":[{\"raw\":\"%s\"}]}]}",
        file -> Corpus.karpathy(file, Set.of("val")));
    corpora.put(
        "{\"gold_label\":\"neutral\",\"sentence1\":\"%s\",\"sentence2\":\"B\"}\n", Corpus::snli);
    corpora.put("sentence_A\tsentence_B\tentailment_label\n%s\tB\tneutral\n", Corpus::sick);
    corpora.put(
        "{\"questions\":[" + QUESTION + "]}",
        file -> Corpus.vqa(file, annotations, Corpus.captions(captions)));
    corpora.put(
        "[{\"img_id\":1,\"question\":\"%s\",\"answers\":[\"a\"],\"explanation\":[\"b\"]}]",
        Corpus::vqaE);
    corpora.put(
        "[{\"id\":1,\"caption\":\"%s\",\"image_path\":\"i\",\"article_path\":\"article.txt\"}]",
        file -> Corpus.visualNews(file, folder));
    corpora.put(PAIRS, file -> Corpus.pairs(file, "image_id", "caption"));
    return corpora;
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws IOException {
    for (Map.Entry<String, Function<Path, Corpus<?>>> corpus : corpora().entrySet()) {
      String content = corpus.getKey().formatted("A");
      Path plain = Files.writeString(folder.resolve("plain"), content);
      Path marked = Files.writeString(folder.resolve("marked"), "\ufeff" + content);
      assertEquals(
          corpus.getValue().apply(plain).read(), corpus.getValue().apply(marked).read(), content);
    }
    Files.writeString(folder.resolve("article.txt"), "\ufeffFirst line\n");
    Path news =
        Files.writeString(
            folder.resolve("news.json"),
            "[{\"id\":1,\"caption\":\"C\",\"image_path\":\"i\",\"article_path\":\"article.txt\"}]");
    assertEquals("First line", Corpus.visualNews(news, folder).read().get(0).article());
    // Two files that were put together have one in the midst.
    Path lines = Files.writeString(folder.resolve("lines"), "\ufeffOne\r\n\ufeffTwo\n\ufeff\n");
    assertEquals(
        List.of("One", "Two"),
        Corpus.lines(lines).read().stream().map(image -> image.captions().get(0)).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "x-UTF-16LE-BOM"})
  void utf16IsRefusedByItsName(String charset) throws IOException {
    for (Map.Entry<String, Function<Path, Corpus<?>>> corpus : corpora().entrySet()) {
      Path file = folder.resolve("file");
      Files.write(file, corpus.getKey().formatted("A").getBytes(Charset.forName(charset)));
      assertRefused(file, "expected UTF-8 text, found UTF-16", corpus.getValue().apply(file));
    }
  }

  @Test
  void anotherEncodingIsRefusedWithItsLine() throws IOException {
    for (Map.Entry<String, Function<Path, Corpus<?>>> corpus : corpora().entrySet()) {
      Path file = folder.resolve("file");
      byte[] bytes = corpus.getKey().formatted("caf\u00e9").getBytes(StandardCharsets.ISO_8859_1);
      Files.write(file, bytes);
      assertRefused(
          file,
          "expected UTF-8 text, found bytes of another encoding",
          corpus.getValue().apply(file));
    }
    String many = "A caption\n".repeat(5000) + "caf\u00e9\n" + "A caption\n".repeat(5000);
    Path file = folder.resolve("many.txt");
    Files.write(file, many.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(file, "line 5001: expected UTF-8 text", Corpus.lines(file));
  }

  @Test
  void archivesAreRefusedByTheirNames() throws IOException {
    Path file = folder.resolve("captions.txt");
    Files.write(file, new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0});
    assertRefused(file, "expected UTF-8 text, found a ZIP archive", Corpus.captions(file));
    Files.write(file, new byte[] {'P', 'A', 'R', '1', 21, 4, 21});
    assertRefused(file, "found a Parquet file", Corpus.lines(file));
  }

  /** Texts that nobody sees are no records; an empty prediction is one, and says nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00a0",
        "\u200b",
        "\u200d\u2060",
        "\u3000",
        "\u00ad",
        "\u3164",
        "\u2800",
        "\u0301"
      })
  void textsWithoutAVisibleCharacterAreTold(String invisible) throws IOException {
    Map<String, Function<Path, Corpus<?>>> corpora = corpora();
    corpora.keySet().removeAll(List.of(LINES, LINES + "\n", PAIRS));
    for (Map.Entry<String, Function<Path, Corpus<?>>> corpus : corpora.entrySet()) {
      Path file = Files.writeString(folder.resolve("file"), corpus.getKey().formatted(invisible));
      List<String> told = new ArrayList<>();
      assertThrows(
          UnusableFileException.class,
          () -> corpus.getValue().apply(file).read(told::add),
          corpus.getKey());
      assertEquals(1, told.size(), corpus.getKey());
      assertTrue(told.get(0).contains("visible"), told.get(0));
    }
    Path lines = Files.writeString(folder.resolve("lines"), "One\n" + invisible + "\nTwo\n \t\n");
    List<String> told = new ArrayList<>();
    assertEquals(2, Corpus.lines(lines).read(told::add).size());
    // Java's blanks, such as U+3000, make a blank line, which is passed over.
    assertEquals(invisible.isBlank() ? 0 : 1, told.size());
    told.forEach(line -> assertTrue(line.contains("line 2: expected a caption with a vis"), line));
    assertThrows(
        IllegalArgumentException.class, () -> CaptionedImage.of(List.of("One", invisible)));
  }

  private static void assertRefused(Path file, String part, Corpus<?> corpus) {
    Exception thrown =
        assertThrows(UnusableFileException.class, () -> corpus.read(told -> {}), part);
    assertTrue(thrown.getMessage().startsWith(file + ": "), thrown.getMessage());
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }
}
