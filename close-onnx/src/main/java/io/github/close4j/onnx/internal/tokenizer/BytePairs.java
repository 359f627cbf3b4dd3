package io.github.close4j.onnx.internal.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.UsableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CLIP's tokenizer as {@code vocab.json}, the id of each token, and {@code merges.txt}, the pairs
 * of tokens that become one, most frequent first.
 *
 * <p>Source of what stands around them: {@code tokenization_clip.py} of transformers, and the
 * {@code tokenizer.json} of {@code openai/clip-vit-large-patch14}.
 */
record BytePairs(Map<String, Integer> vocabulary, List<String> merges) {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  /** The first line of a file that tells its version. */
  private static final String VERSION = "#version";

  /** The tokenizer without tokens and merges. */
  private static final String FRAME =
      """
      {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],
       "normalizer":{"type":"Sequence","normalizers":[
         {"type":"NFC"},
         {"type":"Replace","pattern":{"Regex":"\\\\s+"},"content":" "},
         {"type":"Lowercase"}]},
       "pre_tokenizer":{"type":"Sequence","pretokenizers":[
         {"type":"Split","behavior":"Removed","invert":true,"pattern":{"Regex":
           "<\\\\|startoftext\\\\|>|<\\\\|endoftext\\\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+"}},
         {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]},
       "post_processor":{"type":"RobertaProcessing","trim_offsets":false,"add_prefix_space":false},
       "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
       "model":{"type":"BPE","dropout":null,"unk_token":"<|endoftext|>",
         "continuing_subword_prefix":"","end_of_word_suffix":"</w>",
         "fuse_unk":false,"byte_fallback":false}}
      """;

  /**
   * Reads both files.
   *
   * @throws UnusableFileException if one is missing or is no such file
   */
  static BytePairs read(Path vocabulary) {
    Json json = Json.read(vocabulary);
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String token : json.names()) {
      ids.put(token, json.integer(token));
    }
    for (String token : List.of(START, END)) {
      if (!ids.containsKey(token)) {
        throw TokenizerFiles.unusable(
            vocabulary,
            "expected CLIP's token %s, found none among %d".formatted(token, ids.size()));
      }
    }
    return new BytePairs(ids, readMerges(vocabulary.resolveSibling(TokenizerFiles.MERGES), ids));
  }

  private static List<String> readMerges(Path file, Map<String, Integer> ids) {
    UsableFile.require(file, "the merges of vocab.json");
    List<String> merges = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith(VERSION)) {
          requireTokens(file, line, ids);
          merges.add(line);
        }
      }
      return merges;
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static void requireTokens(Path file, String line, Map<String, Integer> ids) {
    String[] pair = line.split(" ", -1);
    boolean isSound =
        pair.length == 2
            && ids.containsKey(pair[0])
            && ids.containsKey(pair[1])
            && ids.containsKey(pair[0] + pair[1]);
    if (!isSound) {
      throw TokenizerFiles.unusable(
          file,
          "expected lines of two tokens whose joining is a token of vocab.json, found '%s'"
              .formatted(line));
    }
  }

  /** The same as a {@code tokenizer.json}. */
  String json() {
    JsonObject tokenizer = JsonParser.parseString(FRAME).getAsJsonObject();
    JsonArray added = tokenizer.getAsJsonArray("added_tokens");
    added.add(special(START, true));
    added.add(special(END, false));
    JsonObject ends = tokenizer.getAsJsonObject("post_processor");
    ends.add("sep", pair(END));
    ends.add("cls", pair(START));
    JsonObject model = tokenizer.getAsJsonObject("model");
    JsonObject ids = new JsonObject();
    vocabulary.forEach(ids::addProperty);
    model.add("vocab", ids);
    JsonArray pairs = new JsonArray();
    merges.forEach(pairs::add);
    model.add("merges", pairs);
    return tokenizer.toString();
  }

  private JsonObject special(String token, boolean isNormalized) {
    return SentencePieces.addedToken(token, id(token), false, isNormalized, true);
  }

  private JsonElement pair(String token) {
    JsonArray pair = new JsonArray();
    pair.add(token);
    pair.add(id(token));
    return pair;
  }

  private int id(String token) {
    return vocabulary.getOrDefault(token, 0);
  }
}
