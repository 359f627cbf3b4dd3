package io.github.close4j.onnx.internal.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.UsableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * T5's tokenizer as SentencePiece trained it: {@code spiece.model}, a protobuf message of pieces
 * with their scores and of the rules by which text is normalised.
 *
 * <p>Source: {@code sentencepiece_model.proto} of SentencePiece; what stands around the pieces is
 * that of T5's {@code tokenizer.json}.
 */
final class SentencePieces {
  private static final String END = "</s>";
  private static final String SENTINEL = "<extra_id_%d>";
  private static final int USUAL_SENTINELS = 100;
  private static final int MOST_SENTINELS = 10_000;

  /** Larger ones are no vocabulary. */
  private static final long MAX_BYTES = 100_000_000;

  private static final int UNIGRAM = 1;

  /** The tokenizer without its pieces. */
  private static final String FRAME =
      """
      {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],
       "normalizer":{"type":"Sequence","normalizers":[]},
       "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
       "post_processor":{"type":"TemplateProcessing",
         "single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],
         "pair":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}},
           {"Sequence":{"id":"B","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}]},
       "decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
       "model":{"type":"Unigram","byte_fallback":false}}
      """;

  /** Behind the rules of the model itself. */
  private static final String SPACES =
      """
      [{"type":"Strip","strip_left":false,"strip_right":true},
       {"type":"Replace","pattern":{"Regex":" {2,}"},"content":"▁"}]
      """;

  private final Path file;
  private final List<Piece> pieces = new ArrayList<>();
  private byte[] characterMap = {};
  private long algorithm = UNIGRAM;
  private boolean prefixesSpace = true;
  private boolean dropsSpaces = true;

  private SentencePieces(Path file) {
    this.file = file;
  }

  /** A piece of text; {@code kind} as the message numbers it. */
  private record Piece(String text, float score, int kind) {
    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;

    boolean isSpecial() {
      return kind == UNKNOWN || kind == CONTROL;
    }
  }

  /**
   * Reads the file.
   *
   * @throws UnusableFileException if it is missing, is no such file, or is not of T5's kind
   */
  static SentencePieces read(Path file) {
    UsableFile.require(file, "a SentencePiece model");
    SentencePieces model = new SentencePieces(file);
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new UnusableFileException(
            file, "expected at most %d bytes, found %d".formatted(MAX_BYTES, size));
      }
      model.readModel(CodedInputStream.newInstance(Files.readAllBytes(file)));
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw TokenizerFiles.unusable(
          file, "expected a SentencePiece model, found other bytes: " + e.getMessage());
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
    model.requireT5();
    return model;
  }

  // The message, field by field --------------------------------------------------------------

  private void readModel(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> pieces.add(readPiece(in.readBytes().newCodedInput()));
        case 2 -> readTraining(in.readBytes().newCodedInput());
        case 3 -> readNormalization(in.readBytes().newCodedInput());
        default -> in.skipField(tag);
      }
    }
  }

  private static Piece readPiece(CodedInputStream in) throws IOException {
    String text = "";
    float score = 0;
    int kind = Piece.NORMAL;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> text = in.readStringRequireUtf8();
        case 2 -> score = in.readFloat();
        case 3 -> kind = in.readEnum();
        default -> in.skipField(tag);
      }
    }
    return new Piece(text, score, kind);
  }

  private void readTraining(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 3) {
        algorithm = in.readEnum();
      } else {
        in.skipField(tag);
      }
    }
  }

  private void readNormalization(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> characterMap = in.readByteArray();
        case 3 -> prefixesSpace = in.readBool();
        case 4 -> dropsSpaces = in.readBool();
        default -> in.skipField(tag);
      }
    }
  }

  private void requireT5() {
    if (algorithm != UNIGRAM || !prefixesSpace || !dropsSpaces) {
      throw TokenizerFiles.unusable(
          file,
          ("expected T5's unigram pieces, with a space before a text and none twice, found"
                  + " model_type %d, add_dummy_prefix %s, remove_extra_whitespaces %s")
              .formatted(algorithm, prefixesSpace, dropsSpaces));
    }
    for (Piece piece : pieces) {
      if (!Float.isFinite(piece.score()) || piece.kind() < 1 || piece.kind() > 5) {
        throw TokenizerFiles.unusable(
            file,
            "piece '%s': expected a finite score and one of T5's kinds, found %s and %d"
                .formatted(piece.text(), piece.score(), piece.kind()));
      }
    }
    indexOf(END);
    unknown();
  }

  private int indexOf(String text) {
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i).text().equals(text)) {
        return i;
      }
    }
    throw TokenizerFiles.unusable(
        file, "expected a piece %s, found none among %d".formatted(text, pieces.size()));
  }

  private int unknown() {
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i).kind() == Piece.UNKNOWN) {
        return i;
      }
    }
    throw TokenizerFiles.unusable(
        file, "expected a piece for what is unknown, found none among %d".formatted(pieces.size()));
  }

  // The same as a tokenizer.json -------------------------------------------------------------

  String json() {
    JsonObject tokenizer = JsonParser.parseString(FRAME).getAsJsonObject();
    tokenizer.getAsJsonObject("normalizer").add("normalizers", normalizers());
    JsonArray added = tokenizer.getAsJsonArray("added_tokens");
    JsonArray vocabulary = new JsonArray();
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      vocabulary.add(scored(piece.text(), piece.score()));
      if (piece.isSpecial() || piece.kind() == Piece.USER_DEFINED) {
        added.add(addedToken(piece.text(), id, false, false, piece.isSpecial()));
      }
    }
    for (int number = sentinels() - 1; number >= 0; number--) {
      String sentinel = SENTINEL.formatted(number);
      added.add(addedToken(sentinel, vocabulary.size(), true, false, true));
      vocabulary.add(scored(sentinel, 0));
    }
    JsonObject model = tokenizer.getAsJsonObject("model");
    model.addProperty("unk_id", unknown());
    model.add("vocab", vocabulary);
    tokenizer.getAsJsonObject("post_processor").add("special_tokens", endToken());
    return tokenizer.toString();
  }

  private JsonArray normalizers() {
    JsonArray normalizers = new JsonArray();
    if (characterMap.length > 0) {
      JsonObject map = new JsonObject();
      map.addProperty("type", "Precompiled");
      map.addProperty("precompiled_charsmap", Base64.getEncoder().encodeToString(characterMap));
      normalizers.add(map);
    }
    normalizers.addAll(JsonParser.parseString(SPACES).getAsJsonArray());
    return normalizers;
  }

  /** The marks for gaps that T5 was pretrained with are not among the pieces: they follow them. */
  private int sentinels() {
    boolean hasThem = pieces.stream().anyMatch(p -> p.text().equals(SENTINEL.formatted(0)));
    Path settings = file.resolveSibling(TokenizerFiles.SETTINGS);
    if (hasThem || !Files.isRegularFile(settings)) {
      return hasThem ? 0 : USUAL_SENTINELS;
    }
    Json json = Json.read(settings);
    int count = json.integer("extra_ids", USUAL_SENTINELS);
    if (count < 0 || count > MOST_SENTINELS) {
      throw json.wrong("extra_ids", "0 to " + MOST_SENTINELS);
    }
    return count;
  }

  private JsonObject endToken() {
    JsonArray ids = new JsonArray();
    ids.add(indexOf(END));
    JsonArray tokens = new JsonArray();
    tokens.add(END);
    JsonObject end = new JsonObject();
    end.addProperty("id", END);
    end.add("ids", ids);
    end.add("tokens", tokens);
    JsonObject special = new JsonObject();
    special.add(END, end);
    return special;
  }

  private static JsonArray scored(String text, float score) {
    JsonArray pair = new JsonArray();
    pair.add(text);
    // As a double, or the nearest short decimal would stand for another number.
    pair.add((double) score);
    return pair;
  }

  static JsonObject addedToken(
      String content, int id, boolean strips, boolean isNormalized, boolean isSpecial) {
    JsonObject token = new JsonObject();
    token.addProperty("id", id);
    token.addProperty("content", content);
    token.addProperty("single_word", false);
    token.addProperty("lstrip", strips);
    token.addProperty("rstrip", strips);
    token.addProperty("normalized", isNormalized);
    token.addProperty("special", isSpecial);
    return token;
  }
}
