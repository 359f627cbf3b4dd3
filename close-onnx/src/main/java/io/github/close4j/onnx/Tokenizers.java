package io.github.close4j.onnx;

import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import java.nio.file.Path;

/** Opens a model's tokenizers. */
final class Tokenizers {
  private Tokenizers() {}

  /**
   * Opens a tokenizer and checks that it ends a text as the model does: the tokenizer of the other
   * model, or one without a post-processor, would go unnoticed and make nonsense.
   */
  static TextTokenizer open(Path file, int maxLength, int endTokenId) {
    TextTokenizer tokenizer = TextTokenizer.open(file, maxLength);
    try {
      long[] ids = tokenizer.encode("");
      if (ids.length == 0 || ids[ids.length - 1] != endTokenId) {
        throw new UnusableFileException(
            file,
            "expected a text to end with the model's end token %d, found %s"
                .formatted(
                    endTokenId, ids.length == 0 ? "no token" : "token " + ids[ids.length - 1]));
      }
      return tokenizer;
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }
}
