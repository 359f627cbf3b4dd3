package io.github.close4j.internal.io;

/** Tells texts that show something from those that only seem to be there. */
public final class VisibleText {
  /** Letters and symbols that are drawn as nothing: the fillers of Hangul and Braille's blank. */
  private static final String DRAWN_AS_NOTHING = "\u115f\u1160\u3164\uffa0\u2800";

  private VisibleText() {}

  /**
   * Whether a text has a character that is seen: not only blanks, of whatever width, controls,
   * marks without a letter, and characters of the zero width.
   */
  public static boolean isIn(String text) {
    return text.codePoints().anyMatch(VisibleText::isVisible);
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          false;
      // Symbols that are newer than the JDK, such as this year's emoji, count as seen.
      case Character.UNASSIGNED -> !isIgnorable(codePoint);
      default -> DRAWN_AS_NOTHING.indexOf(codePoint) < 0;
    };
  }

  /** What Unicode keeps for characters that will never be drawn, and for no character at all. */
  private static boolean isIgnorable(int codePoint) {
    return (codePoint & 0xfffe) == 0xfffe
        || (codePoint >= 0xe0000 && codePoint <= 0xe0fff)
        || (codePoint >= 0xfff0 && codePoint <= 0xfff8)
        || codePoint == 0x2065;
  }
}
