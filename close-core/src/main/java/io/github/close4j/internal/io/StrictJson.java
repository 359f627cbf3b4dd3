package io.github.close4j.internal.io;

import com.google.common.base.CharMatcher;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.MalformedJsonException;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.util.regex.Pattern;

/**
 * JSON as RFC 8259 has it and nothing more, whichever version of Gson an application brings.
 * Versions before 2.11 know no strict reading: {@code JsonParser} takes nearly everything, a {@code
 * JsonReader} takes {@code TRUE}, control characters in strings, and a few escapes too many.
 */
public final class StrictJson {
  /** Unlike {@code JsonParser}, it reads no more freely than the reader that it is given. */
  private static final TypeAdapter<JsonElement> ELEMENTS = new Gson().getAdapter(JsonElement.class);

  /** What Gson says of a setting of its own, where it means that something is no JSON. */
  private static final Pattern ADVICE = Pattern.compile("^Use JsonReader\\.\\S+ to accept ");

  /** Where Gson thinks it is; its versions differ on that. */
  private static final Pattern PATH = Pattern.compile(" path \\$.*$");

  private StrictJson() {}

  /** A reader of strict JSON; closing it closes the text. */
  public static JsonReader reader(Reader text) {
    // By default a reader is as strict as its version of Gson can be without being asked.
    return new JsonReader(new StrictText(text));
  }

  /**
   * The value that comes next, whole.
   *
   * @throws IOException if it is no strict JSON, or cannot be read; so do other methods of the
   *     reader
   * @throws NumberFormatException if it has a number that is none
   */
  public static JsonElement next(JsonReader reader) throws IOException {
    return ELEMENTS.read(reader);
  }

  /** What a reader found wrong, in one line, in the same words with every version of Gson. */
  public static String problem(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    String line = message.lines().findFirst().orElse("");
    return PATH.matcher(ADVICE.matcher(line).replaceFirst("")).replaceFirst("");
  }

  /** Refuses the characters that no JSON has where they stand; Gson sees to all the rest. */
  private static final class StrictText extends FilterReader {
    /** Letters of the names of values, and of numbers in small letters; E is looked at apart. */
    private static final CharMatcher CAPITALS =
        CharMatcher.inRange('A', 'Z').and(CharMatcher.isNot('E'));

    private static final CharMatcher DIGITS = CharMatcher.inRange('0', '9');
    private static final CharMatcher ESCAPED = CharMatcher.anyOf("\"\\/bfnrtu");

    private boolean inString;
    private boolean escaped;
    private int hexDigits;
    private boolean broken;
    private char last;
    private int line = 1;
    private int column;

    StrictText(Reader text) {
      super(text);
    }

    @Override
    public int read() throws IOException {
      char[] one = new char[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    /** Ends before a character that does not fit: what is before it is to be read first. */
    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      if (broken) {
        throw new MalformedJsonException(
            "malformed JSON at line %d column %d".formatted(line, column));
      }
      int count = super.read(buffer, offset, length);
      for (int i = 0; i < count; i++) {
        if (!fits(buffer[offset + i])) {
          broken = true;
          return i > 0 ? i : read(buffer, offset, length);
        }
      }
      return count;
    }

    private boolean fits(char next) {
      if (last == '\n') {
        line++;
        column = 0;
      }
      column++;
      boolean fits = inString ? fitsInString(next) : fitsOutside(next);
      last = next;
      return fits;
    }

    private boolean fitsInString(char next) {
      if (hexDigits > 0) {
        hexDigits--;
        return Character.digit(next, 16) >= 0 && next < 0x80;
      }
      if (escaped) {
        escaped = false;
        hexDigits = next == 'u' ? 4 : 0;
        return ESCAPED.matches(next);
      }
      escaped = next == '\\';
      inString = next != '"';
      return next >= ' ';
    }

    private boolean fitsOutside(char next) {
      inString = next == '"';
      return next == 'E' ? DIGITS.matches(last) : !CAPITALS.matches(next);
    }
  }
}
