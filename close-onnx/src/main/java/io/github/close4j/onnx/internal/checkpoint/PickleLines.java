package io.github.close4j.onnx.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Values of pickle's oldest protocol, in which each is a line of text.
 *
 * <p>Source: {@code pickletools.py} of CPython.
 */
final class PickleLines {
  private static final int HEXADECIMAL = 16;

  private PickleLines() {}

  /** A whole number, or one of the two truth values that are written {@code 00} and {@code 01}. */
  static Object number(String line) {
    if (line.equals("00") || line.equals("01")) {
      return line.equals("01");
    }
    try {
      return Long.parseLong(line.endsWith("L") ? line.substring(0, line.length() - 1) : line);
    } catch (NumberFormatException e) {
      throw malformed("a whole number of 64 bits", line, e);
    }
  }

  static Double real(String line) {
    try {
      return Double.parseDouble(line);
    } catch (NumberFormatException e) {
      throw malformed("a number", line, e);
    }
  }

  static int index(String line) {
    try {
      return Integer.parseInt(line);
    } catch (NumberFormatException e) {
      throw malformed("a number of something remembered", line, e);
    }
  }

  /** Text in which some characters are written as {@code \\u0041} or {@code \\U00000041}. */
  static String text(String line) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      int digits = c == '\\' ? digitsAfter(line, i + 1, "u", "U") : 0;
      if (digits == 0) {
        text.append(c);
      } else {
        text.appendCodePoint(code(line, i + 2, digits));
        i += 1 + digits;
      }
    }
    return text.toString();
  }

  private static int digitsAfter(String line, int at, String four, String eight) {
    if (line.startsWith(four, at)) {
      return 4;
    }
    return line.startsWith(eight, at) ? 8 : 0;
  }

  private static int code(String line, int from, int digits) {
    try {
      int code = Integer.parseInt(line.substring(from, from + digits), HEXADECIMAL);
      if (Character.isValidCodePoint(code)) {
        return code;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw malformed("text with escaped characters", line, e);
    }
    throw malformed("text with escaped characters", line, null);
  }

  /** A string of Python 2 in quotes, of which NumPy's pickles have short ones without escapes. */
  static ByteBuffer bytes(String line) {
    boolean isQuoted =
        line.length() >= 2
            && (line.charAt(0) == '\'' || line.charAt(0) == '"')
            && line.charAt(line.length() - 1) == line.charAt(0)
            && line.indexOf('\\') < 0;
    if (!isQuoted) {
      throw malformed("a quoted string without escapes", line, null);
    }
    return ByteBuffer.wrap(
        line.substring(1, line.length() - 1).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static IllegalArgumentException malformed(
      String expected, String line, @Nullable Exception cause) {
    String shown = line.length() > 40 ? line.substring(0, 40) + "..." : line;
    return new IllegalArgumentException(
        "expected %s, found '%s'".formatted(expected, shown), cause);
  }
}
