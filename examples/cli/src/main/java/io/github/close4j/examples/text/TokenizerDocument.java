package io.github.close4j.examples.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/** Writes Hugging Face {@code tokenizer.json} documents. */
public final class TokenizerDocument {
  private final List<String> tokens;
  private final JsonObject root = new JsonObject();

  /**
   * A document whose tokenizer does nothing yet.
   *
   * @param tokens every token, its id being its place
   * @param special ids of those that stand for no text
   */
  public TokenizerDocument(List<String> tokens, List<Integer> special) {
    this.tokens = List.copyOf(tokens);
    JsonArray added = new JsonArray();
    special.forEach(id -> added.add(addedToken(id, tokens.get(id))));
    root.addProperty("version", "1.0");
    root.add("truncation", JsonNull.INSTANCE);
    root.add("padding", JsonNull.INSTANCE);
    root.add("added_tokens", added);
  }

  /**
   * How a text becomes words: {@code normalizer}, then {@code preTokenizer}; and how tokens become
   * a text, {@code decoder}.
   *
   * @return this
   */
  public TokenizerDocument text(
      JsonElement normalizer, JsonElement preTokenizer, JsonElement decoder) {
    root.add("normalizer", normalizer);
    root.add("pre_tokenizer", preTokenizer);
    root.add("decoder", decoder);
    return this;
  }

  /**
   * The tokens that stand around a text.
   *
   * @param start id of the one before it, if there is one
   * @param end id of the one after it
   * @return this
   */
  public TokenizerDocument around(Optional<Integer> start, int end) {
    JsonArray single = new JsonArray();
    JsonObject specials = new JsonObject();
    start.ifPresent(id -> addSpecial(single, specials, id));
    single.add(piece("Sequence", "A"));
    addSpecial(single, specials, end);
    JsonArray pair = single.deepCopy();
    pair.add(piece("Sequence", "B"));
    JsonObject template = typed("TemplateProcessing");
    template.add("single", single);
    template.add("pair", pair);
    template.add("special_tokens", specials);
    root.add("post_processor", template);
    return this;
  }

  private void addSpecial(JsonArray template, JsonObject specials, int id) {
    template.add(piece("SpecialToken", tokens.get(id)));
    specials.add(tokens.get(id), special(id));
  }

  /**
   * The document, with a model that knows the tokens.
   *
   * @param model its type and settings, but for the vocabulary
   * @return the JSON document
   */
  public String with(JsonObject model) {
    JsonObject vocabulary = new JsonObject();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.addProperty(tokens.get(id), id);
    }
    model.add("vocab", vocabulary);
    root.add("model", model);
    return root.toString();
  }

  /**
   * A JSON object of a type.
   *
   * @param type value of its {@code type}
   * @return the object
   */
  public static JsonObject typed(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  private static JsonObject piece(String kind, String id) {
    JsonObject inner = new JsonObject();
    inner.addProperty("id", id);
    inner.addProperty("type_id", 0);
    JsonObject piece = new JsonObject();
    piece.add(kind, inner);
    return piece;
  }

  private JsonObject special(int id) {
    JsonArray ids = new JsonArray();
    ids.add(id);
    JsonArray names = new JsonArray();
    names.add(tokens.get(id));
    JsonObject special = new JsonObject();
    special.addProperty("id", tokens.get(id));
    special.add("ids", ids);
    special.add("tokens", names);
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
}
