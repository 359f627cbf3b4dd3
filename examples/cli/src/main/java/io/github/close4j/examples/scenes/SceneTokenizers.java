package io.github.close4j.examples.scenes;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.close4j.examples.text.TokenizerDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Word tokenizers of the scenes world as Hugging Face {@code tokenizer.json} documents: a word is a
 * token.
 */
public final class SceneTokenizers {
  private static final String UNKNOWN = "<unk>";
  private static final List<String> WORDS = List.copyOf(CaptionWriter.vocabulary());
  private static final Set<String> KNOWN = Set.copyOf(WORDS);
  private static final List<String> ALL_WORDS = allWords();

  private SceneTokenizers() {}

  /**
   * CLIP's tokenizer: {@code <|startoftext|>} before a text and {@code <|endoftext|>} after it,
   * which have the two highest ids, as in OpenAI's.
   *
   * @return the JSON document
   */
  public static String clip() {
    return document(clipTokens(), List.of(0, WORDS.size() + 1, WORDS.size() + 2), true);
  }

  /**
   * Id of CLIP's end token.
   *
   * @return the highest id
   */
  public static int clipEndToken() {
    return WORDS.size() + 2;
  }

  /**
   * T5's tokenizer: {@code <pad>} 0, {@code </s>} 1 after a text, {@code <unk>} 2.
   *
   * @return the JSON document
   */
  public static String t5() {
    return t5(WORDS);
  }

  /**
   * T5's tokenizer for all tasks of the scenes world: captions, plain and in any {@link
   * CaptionStyle}, hypotheses and questions.
   *
   * @return the JSON document
   */
  public static String t5ForAllTasks() {
    return t5(ALL_WORDS);
  }

  private static String t5(List<String> words) {
    List<String> tokens = new ArrayList<>(List.of("<pad>", "</s>", UNKNOWN));
    tokens.addAll(words);
    return document(tokens, List.of(0, 1, 2), false);
  }

  /**
   * Size of T5's vocabulary.
   *
   * @return number of ids
   */
  public static int t5VocabularySize() {
    return WORDS.size() + 3;
  }

  /**
   * Size of the vocabulary of {@link #t5ForAllTasks}.
   *
   * @return number of ids
   */
  public static int t5VocabularySizeForAllTasks() {
    return ALL_WORDS.size() + 3;
  }

  /**
   * Leaves out the words that the small CLIP was never trained on. It knows the words of plain
   * captions alone, where a real CLIP knows a language; an unknown word would be noise to it.
   *
   * @param text words with one space between words
   * @return the words that CLIP knows, in their order
   */
  public static String knownToClip(String text) {
    return Stream.of(text.split(" ")).filter(KNOWN::contains).collect(Collectors.joining(" "));
  }

  private static List<String> allWords() {
    SortedSet<String> words = new TreeSet<>(WORDS);
    words.addAll(SceneEntailment.vocabulary());
    words.addAll(SceneQuestion.vocabulary());
    Stream.of(CaptionStyle.values()).map(CaptionStyle::vocabulary).forEach(words::addAll);
    return List.copyOf(words);
  }

  private static List<String> clipTokens() {
    List<String> tokens = new ArrayList<>(List.of(UNKNOWN));
    tokens.addAll(WORDS);
    tokens.add("<|startoftext|>");
    tokens.add("<|endoftext|>");
    return tokens;
  }

  private static String document(List<String> tokens, List<Integer> special, boolean hasStart) {
    JsonObject model = TokenizerDocument.typed("WordLevel");
    model.addProperty("unk_token", UNKNOWN);
    int end = hasStart ? tokens.size() - 1 : 1;
    return new TokenizerDocument(tokens, special)
        .text(
            TokenizerDocument.typed("Lowercase"),
            TokenizerDocument.typed("Whitespace"),
            JsonNull.INSTANCE)
        .around(hasStart ? Optional.of(end - 1) : Optional.empty(), end)
        .with(model);
  }
}
