package io.github.close4j.examples.scenes;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
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
    JsonObject vocabulary = new JsonObject();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.addProperty(tokens.get(id), id);
    }
    JsonObject model = typed("WordLevel");
    model.add("vocab", vocabulary);
    model.addProperty("unk_token", UNKNOWN);

    JsonArray added = new JsonArray();
    special.forEach(id -> added.add(addedToken(id, tokens.get(id))));

    JsonObject root = new JsonObject();
    root.addProperty("version", "1.0");
    root.add("truncation", JsonNull.INSTANCE);
    root.add("padding", JsonNull.INSTANCE);
    root.add("added_tokens", added);
    root.add("normalizer", typed("Lowercase"));
    root.add("pre_tokenizer", typed("Whitespace"));
    int end = hasStart ? tokens.size() - 1 : 1;
    int start = hasStart ? tokens.size() - 2 : -1;
    root.add("post_processor", template(tokens, start, end));
    root.add("decoder", JsonNull.INSTANCE);
    root.add("model", model);
    return root.toString();
  }

  private static JsonObject template(List<String> tokens, int start, int end) {
    JsonArray single = new JsonArray();
    JsonObject specials = new JsonObject();
    if (start >= 0) {
      single.add(piece("SpecialToken", tokens.get(start)));
      specials.add(tokens.get(start), special(start, tokens.get(start)));
    }
    single.add(piece("Sequence", "A"));
    single.add(piece("SpecialToken", tokens.get(end)));
    specials.add(tokens.get(end), special(end, tokens.get(end)));
    JsonArray pair = single.deepCopy();
    pair.add(piece("Sequence", "B"));
    JsonObject template = typed("TemplateProcessing");
    template.add("single", single);
    template.add("pair", pair);
    template.add("special_tokens", specials);
    return template;
  }

  private static JsonObject piece(String kind, String id) {
    JsonObject inner = new JsonObject();
    inner.addProperty("id", id);
    inner.addProperty("type_id", 0);
    JsonObject piece = new JsonObject();
    piece.add(kind, inner);
    return piece;
  }

  private static JsonObject special(int id, String token) {
    JsonArray ids = new JsonArray();
    ids.add(id);
    JsonArray tokens = new JsonArray();
    tokens.add(token);
    JsonObject special = new JsonObject();
    special.addProperty("id", token);
    special.add("ids", ids);
    special.add("tokens", tokens);
    return special;
  }

  private static JsonObject addedToken(int id, String content) {
    JsonObject token = new JsonObject();
    token.addProperty("id", id);
    token.addProperty("content", content);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      token.addProperty(flag, false);
    }
    token.addProperty("special", true);
    return token;
  }

  private static JsonObject typed(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }
}
