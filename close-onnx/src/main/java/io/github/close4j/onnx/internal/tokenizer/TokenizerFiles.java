package io.github.close4j.onnx.internal.tokenizer;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.UsableFile;
import io.github.close4j.internal.io.WholeFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer on disk: a {@code tokenizer.json}, or one of the older files that transformers makes
 * the same of: T5's {@code spiece.model}, or CLIP's {@code vocab.json} with {@code merges.txt}
 * beside it.
 */
public final class TokenizerFiles {
  /** T5's pieces and their scores. */
  public static final String SENTENCEPIECE = "spiece.model";

  /** CLIP's tokens. */
  public static final String VOCABULARY = "vocab.json";

  /** The merges of CLIP's tokens. */
  public static final String MERGES = "merges.txt";

  /** Tells how many sentinels follow T5's pieces. */
  public static final String SETTINGS = "tokenizer_config.json";

  private TokenizerFiles() {}

  /**
   * All files that token ids depend on.
   *
   * @param tokenizer the tokenizer
   * @return the file itself, and what belongs to it
   */
  public static List<Path> of(Path tokenizer) {
    return isNamed(tokenizer, VOCABULARY)
        ? List.of(tokenizer, tokenizer.resolveSibling(MERGES))
        : List.of(tokenizer);
  }

  /**
   * Writes the tokenizer as {@code tokenizer.json}.
   *
   * @param tokenizer the tokenizer
   * @param target the file to write; replaced if there is one
   * @throws UnusableFileException if the tokenizer is not sound
   * @throws java.io.UncheckedIOException if it cannot be copied
   */
  public static void write(Path tokenizer, Path target) {
    String json = made(tokenizer);
    if (json == null) {
      WholeFile.copy(tokenizer, target);
    } else {
      WholeFile.write(target, json);
    }
  }

  /**
   * Rows that a table of all tokens needs: one more than the highest id.
   *
   * @param tokenizer the tokenizer
   * @return at least 1
   * @throws UnusableFileException if it is missing, or no ids are found where a {@code
   *     tokenizer.json} has them: in {@code model.vocab} and {@code added_tokens}
   */
  public static int vocabularySize(Path tokenizer) {
    UsableFile.require(tokenizer, "a tokenizer.json");
    String made = made(tokenizer);
    Json document =
        made == null
            ? Json.read(tokenizer)
            : Json.parse(made, problem -> new UnusableFileException(tokenizer, problem));
    int size = Math.max(afterVocabulary(document.object("model")), afterAdded(document));
    if (size < 1) {
      throw new UnusableFileException(tokenizer, "expected tokens with ids, found no ids");
    }
    return size;
  }

  /** A list's ids are its places; else each token has one. */
  private static int afterVocabulary(Json model) {
    if (model.isList("vocab")) {
      return model.length("vocab");
    }
    Json vocabulary = model.object("vocab");
    return 1 + vocabulary.names().stream().mapToInt(vocabulary::integer).max().orElse(-1);
  }

  private static int afterAdded(Json document) {
    return document.has("added_tokens")
        ? 1
            + document.objects("added_tokens").stream()
                .mapToInt(t -> t.integer("id"))
                .max()
                .orElse(-1)
        : 0;
  }

  /** The {@code tokenizer.json} that is made of an older file; null if the file is one itself. */
  static @Nullable String made(Path tokenizer) {
    if (isNamed(tokenizer, SENTENCEPIECE)) {
      return SentencePieces.read(tokenizer).json();
    }
    return isNamed(tokenizer, VOCABULARY) ? BytePairs.read(tokenizer).json() : null;
  }

  private static boolean isNamed(Path file, String name) {
    return name.equals(String.valueOf(file.getFileName()));
  }

  /** What is wrong, and the way round it, for a file that nothing can be made of here. */
  static UnusableFileException unusable(Path file, String problem) {
    return new UnusableFileException(
        file,
        problem
            + "; where transformers opens the folder, python -c \"from transformers import"
            + " AutoTokenizer; AutoTokenizer.from_pretrained('.').save_pretrained('.')\" in it"
            + " makes a tokenizer.json");
  }
}
