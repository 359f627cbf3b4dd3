package io.github.close4j.examples.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Hugging Face's own trainer; {@code byte_pair_golden.py} makes its numbers. */
final class BytePairVocabularyTest {
  @TempDir private Path directory;

  private record Encoded(String text, long[] ids, String decoded) {}

  private record Golden(
      List<String> captions,
      int size,
      List<String> tokens,
      List<List<String>> merges,
      List<Encoded> texts) {}

  private static Golden golden() throws IOException {
    return new Gson()
        .fromJson(
            Resources.toString(
                Resources.getResource(BytePairVocabularyTest.class, "byte-pairs.json"),
                StandardCharsets.UTF_8),
            Golden.class);
  }

  @Test
  void learnsWhatTheReferenceLearns() throws IOException {
    Golden golden = golden();
    BytePairVocabulary vocabulary = BytePairVocabulary.learn(golden.captions, golden.size);
    assertEquals(golden.tokens, vocabulary.tokens());
    assertEquals(golden.merges, vocabulary.merges());
  }

  @Test
  void itsTokenizerCutsTextsAsTheReferences() throws IOException {
    Golden golden = golden();
    BytePairVocabulary vocabulary = BytePairVocabulary.learn(golden.captions, golden.size);
    Path file = Files.writeString(directory.resolve("tokenizer.json"), vocabulary.document());
    try (TextTokenizer tokenizer = TextTokenizer.open(file, 32, BytePairVocabulary.END)) {
      for (Encoded expected : golden.texts) {
        assertArrayEquals(expected.ids, tokenizer.encode(expected.text), expected.text);
        assertEquals(expected.decoded, tokenizer.decode(expected.ids), expected.text);
        assertEquals(expected.decoded, BytePairVocabulary.plain(expected.text), expected.text);
      }
    }
  }

  @Test
  void endsWhereEveryWordIsOnePiece() {
    BytePairVocabulary vocabulary = BytePairVocabulary.learn(List.of("dog dog cat"), 1000);
    assertTrue(vocabulary.tokens().containsAll(List.of("▁dog", "▁cat")));
    assertEquals(41 + 6, vocabulary.tokens().size());
  }

  @Test
  void isNeverSmallerThanItsLetters() {
    assertThrows(IllegalArgumentException.class, () -> BytePairVocabulary.learn(List.of("a"), 40));
  }

  /** Every piece but a letter is two earlier pieces, and no piece comes twice. */
  @Property(tries = 100)
  void piecesAreMadeOfEarlierOnes(
      @ForAll List<String> texts, @ForAll @IntRange(min = 41, max = 90) int size) {
    BytePairVocabulary vocabulary = BytePairVocabulary.learn(texts, size);
    List<String> tokens = vocabulary.tokens();
    assertEquals(tokens.size(), tokens.stream().distinct().count());
    assertTrue(tokens.size() <= size);
    for (List<String> parts : vocabulary.merges()) {
      int made = tokens.indexOf(parts.get(0) + parts.get(1));
      assertTrue(made > tokens.indexOf(parts.get(0)) && made > tokens.indexOf(parts.get(1)));
    }
  }
}
