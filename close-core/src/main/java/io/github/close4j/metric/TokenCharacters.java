package io.github.close4j.metric;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What each character is to the tokenizer: the rules of {@link TokenRule} are written for a caption
 * in which a representative stands for every character of its kind, so that a rule names a few
 * characters and not thousands.
 *
 * <p>Source: the table {@code token-characters.txt}, observed character by character by {@code
 * src/test/python/caption_tokenizer_golden.py}.
 */
final class TokenCharacters {
  /** A letter beyond ASCII, or a sign that is joined like one. */
  static final char LETTER = 'é';

  /** A digit beyond ASCII. */
  static final char DIGIT = '٣';

  /** What stands above or below a letter: part of words, but not after a digit. */
  static final char MARK = '\u0301';

  /** A sign that is a word of its own. */
  static final char SIGN = '§';

  /** What is dropped, and ends a word. */
  static final char NOTHING = '\u0001';

  private static final int KINDS = 0x10000;
  private static final char[] REPRESENTATIVES = table();

  private TokenCharacters() {}

  /** The caption with a representative for each character; as long as the caption. */
  static String representatives(String caption) {
    char[] kinds = new char[caption.length()];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = REPRESENTATIVES[caption.charAt(i)];
    }
    return new String(kinds);
  }

  private static char[] table() {
    char[] table = new char[KINDS];
    Arrays.fill(table, NOTHING);
    for (String line : lines()) {
      if (!line.isEmpty() && line.charAt(0) != '#') {
        List<String> fields = Splitter.on(' ').splitToList(line);
        int last = Integer.parseInt(fields.get(1), 16);
        for (int i = Integer.parseInt(fields.get(0), 16); i <= last; i++) {
          table[i] = fields.get(2).equals("itself") ? (char) i : representative(fields.get(2));
        }
      }
    }
    return table;
  }

  private static char representative(String kind) {
    return switch (kind) {
      case "letter" -> LETTER;
      case "digit" -> DIGIT;
      case "mark" -> MARK;
      case "sign" -> SIGN;
      default -> (char) Integer.parseInt(kind, 16);
    };
  }

  private static List<String> lines() {
    try {
      return Resources.readLines(
          Resources.getResource(TokenCharacters.class, "token-characters.txt"),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
