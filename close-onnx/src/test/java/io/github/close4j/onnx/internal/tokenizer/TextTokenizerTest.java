package io.github.close4j.onnx.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Token ids against transformers' (see {@code tokenizer_golden.py}). */
final class TextTokenizerTest {
  private static final Path DATA = Path.of("../../shared/data");
  private static final int PART = 1000;
  private static final int JOINED = 25;

  @ParameterizedTest
  @CsvSource({"clip-vit-l14, 77, 49407", "t5, 512, 1"})
  void idsOfAllCaptionsAreThoseOfTransformers(String name, int longest, long end)
      throws IOException {
    List<String> captions = captions();
    List<String> joined = new ArrayList<>();
    for (int from = 0; from < captions.size(); from += JOINED) {
      joined.add(
          String.join(" ", captions.subList(from, Math.min(from + JOINED, captions.size()))));
    }
    int parts = 0;
    try (TextTokenizer tokenizer = open(name, longest)) {
      for (String line : lines("hashes.tsv")) {
        String[] fields = line.split("\t");
        if (fields[0].equals(name)) {
          List<String> texts = fields[1].equals("captions") ? captions : joined;
          int from = Integer.parseInt(fields[2]);
          List<long[]> ids =
              tokenizer.encode(texts.subList(from, Math.min(from + PART, texts.size())));
          assertEquals(fields[3], sha256(ids), fields[1] + " from " + from);
          assertTrue(ids.stream().allMatch(row -> row[row.length - 1] == end));
          parts++;
        }
      }
    }
    assertEquals(28, parts);
  }

  @ParameterizedTest
  @CsvSource({"clip-vit-l14, 77", "t5, 512"})
  void idsOfOddTextsAreThoseOfTransformers(String name, int longest) throws IOException {
    try (TextTokenizer tokenizer = open(name, longest);
        Reader json = new InputStreamReader(resource("odd.json"), StandardCharsets.UTF_8)) {
      JsonArray odd = JsonParser.parseReader(json).getAsJsonArray();
      for (JsonElement element : odd) {
        String text = element.getAsJsonObject().get("text").getAsString();
        long[] expected = longs(element.getAsJsonObject().getAsJsonArray(name));
        assertArrayEquals(expected, tokenizer.encode(text), "'" + text + "'");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"clip-vit-l14, 77", "t5, 512"})
  void aBatchIsItsTextsOneByOne(String name, int longest) throws IOException {
    List<String> texts = captions().subList(0, 500);
    try (TextTokenizer tokenizer = open(name, longest)) {
      List<long[]> batch = tokenizer.encode(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertArrayEquals(tokenizer.encode(texts.get(i)), batch.get(i), texts.get(i));
      }
    }
  }

  /** A tokenizer that takes any length knows how long a text is. */
  @ParameterizedTest
  @CsvSource({"clip-vit-l14, 12", "t5, 14"})
  void aBatchTellsHowMuchOfEachTextIsLeftOut(String name, int longest) throws IOException {
    List<String> texts = captions().subList(0, 500);
    try (TextTokenizer tokenizer = open(name, longest);
        TextTokenizer whole = open(name, Integer.MAX_VALUE)) {
      TextTokenizer.Batch batch = tokenizer.batch(texts, 0);
      int cut = 0;
      for (int i = 0; i < texts.size(); i++) {
        int left = whole.encode(texts.get(i)).length - tokenizer.encode(texts.get(i)).length;
        assertEquals(left, batch.unread()[i], texts.get(i));
        cut += left > 0 ? 1 : 0;
      }
      assertTrue(cut > 0 && cut < texts.size());
      assertEquals(cut, batch.cutTexts());
    }
  }

  private static TextTokenizer open(String name, int longest) {
    Path file = DATA.resolve("tokenizers").resolve(name).resolve("tokenizer.json");
    assumeTrue(Files.exists(file), "skipped: no " + file);
    return TextTokenizer.open(file, longest);
  }

  private static List<String> captions() throws IOException {
    Path file = DATA.resolve("coco/captions_val2017.json.gz");
    assumeTrue(Files.exists(file), "skipped: no " + file);
    try (Reader json =
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8)) {
      JsonObject coco = JsonParser.parseReader(json).getAsJsonObject();
      List<String> captions = new ArrayList<>();
      for (JsonElement annotation : coco.getAsJsonArray("annotations")) {
        captions.add(annotation.getAsJsonObject().get("caption").getAsString());
      }
      return captions;
    }
  }

  private static String sha256(List<long[]> rows) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (long[] row : rows) {
      String ids = Arrays.stream(row).mapToObj(Long::toString).collect(Collectors.joining(" "));
      hasher.putString(ids + "\n", StandardCharsets.UTF_8);
    }
    return hasher.hash().toString();
  }

  private static long[] longs(JsonArray array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsLong();
    }
    return values;
  }

  private static List<String> lines(String name) throws IOException {
    try (InputStream in = resource(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  private static InputStream resource(String name) {
    return TextTokenizerTest.class.getResourceAsStream(name);
  }

  @Test
  void aTextThatIsTooLongKeepsItsEndToken() {
    try (TextTokenizer tokenizer =
        TextTokenizer.open(Checkpoints.path("clip-quick-gelu/tokenizer.json"), 5)) {
      assertArrayEquals(new long[] {0, 3, 4, 63}, tokenizer.encode("w3 w4"));
      assertArrayEquals(new long[] {0, 3, 4, 5, 63}, tokenizer.encode("w3 w4 w5"));
      assertArrayEquals(new long[] {0, 3, 4, 5, 63}, tokenizer.encode("w3 w4 w5 w6 w7"));
      List<long[]> batch = tokenizer.encode(List.of("w9", "w3 w4 w5 w6"));
      assertArrayEquals(new long[] {0, 9, 63}, batch.get(0));
      assertArrayEquals(new long[] {0, 3, 4, 5, 63}, batch.get(1));
      assertEquals(List.of(), tokenizer.encode(List.of()));
      assertEquals("w3 w4", tokenizer.decode(new long[] {0, 3, 4, 63}));
    }
  }

  @Test
  void whatIsNoTokenizerIsRefused(@TempDir Path directory) throws IOException {
    Path none = directory.resolve("none.json");
    Path wrong = Files.writeString(directory.resolve("wrong.json"), "{\"version\":\"1.0\"}");
    for (Path file : List.of(none, wrong, directory)) {
      UnusableFileException refusal =
          assertThrows(UnusableFileException.class, () -> TextTokenizer.open(file, 5));
      assertEquals(file, refusal.file());
    }
    assertThrows(IllegalArgumentException.class, () -> TextTokenizer.open(wrong, 0));
  }
}
