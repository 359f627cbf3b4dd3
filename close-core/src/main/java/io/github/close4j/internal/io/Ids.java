package io.github.close4j.internal.io;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ids of pictures and questions. Programs write one id as {@code 42}, {@code "42"} or {@code 42.0};
 * all of them are {@code 42} here, whatever the number's size.
 */
public final class Ids {
  /** Longer numbers are no ids, and a short one such as 1e999999 would fill the memory. */
  private static final int MAX_DIGITS = 40;

  /** Leading zeros make a text another name: 007 is not 7. */
  private static final Pattern WHOLE = Pattern.compile("(-?(?:0|[1-9]\\d*))(?:\\.0+)?");

  /** What programs write where a number is missing. */
  private static final Set<String> MISSING =
      Set.of("nan", "inf", "-inf", "+inf", "infinity", "-infinity", "+infinity");

  private Ids() {}

  /** An id that was written as text, or null if it is blank or stands for a missing number. */
  public static @Nullable String ofText(String text) {
    String stripped = text.strip();
    if (!VisibleText.isIn(stripped) || MISSING.contains(stripped.toLowerCase(Locale.ROOT))) {
      return null;
    }
    Matcher whole = WHOLE.matcher(stripped);
    if (!whole.matches()) {
      return stripped;
    }
    return whole.group(1).equals("-0") ? "0" : whole.group(1);
  }

  /** An id that was written as a number, or null if that is not finite or too long for an id. */
  public static @Nullable String ofNumber(String number) {
    try {
      BigDecimal exact = new BigDecimal(number).stripTrailingZeros();
      return Math.abs((long) exact.precision() - exact.scale()) > MAX_DIGITS
              || exact.scale() > MAX_DIGITS
          ? null
          : exact.toPlainString();
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
