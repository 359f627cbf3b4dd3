package io.github.close4j.examples.photographs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A text and its words: lower-cased letters and digits, with the hyphens and apostrophes between
 * them ({@code t-shirt}, {@code dog's}), without punctuation.
 *
 * <p>A participle that names a thing has a hyphen at its end ({@code swimming- trunks}), since it
 * tells of nobody that swims.
 */
final class CaptionWords {
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]+(?:[-'’][\\p{L}\\p{M}\\p{N}]+)*");

  /** Things that participles name. */
  private static final Set<String> NAMED =
      Set.of(
          "trunks",
          "pool",
          "pools",
          "suit",
          "suits",
          "cap",
          "caps",
          "gear",
          "shoes",
          "shorts",
          "stick",
          "sticks",
          "trail",
          "wall",
          "walls",
          "equipment",
          "rope",
          "ropes",
          "ramp",
          "hole",
          "room",
          "track",
          "path",
          "bag",
          "board",
          "hat",
          "costume",
          "area",
          "water");

  private final String text;
  private final List<MatchResult> places;
  private final List<String> words;

  private CaptionWords(String text, List<MatchResult> places) {
    this.text = text;
    this.places = places;
    List<String> plain =
        places.stream().map(place -> place.group().toLowerCase(Locale.ROOT)).toList();
    this.words = IntStream.range(0, plain.size()).mapToObj(place -> read(plain, place)).toList();
  }

  private static String read(List<String> plain, int place) {
    String word = plain.get(place);
    boolean names =
        word.endsWith("ing") && place + 1 < plain.size() && NAMED.contains(plain.get(place + 1));
    return names ? word + "-" : word;
  }

  static CaptionWords of(String text) {
    List<MatchResult> places = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      places.add(matcher.toMatchResult());
    }
    return new CaptionWords(text, places);
  }

  String text() {
    return text;
  }

  List<String> words() {
    return words;
  }

  /** The word at a place, or the empty text before the first and after the last. */
  String at(int place) {
    return place < 0 || place >= words.size() ? "" : words.get(place);
  }

  /** The text with another word at a place, in the capitals of the word that stands there. */
  String with(int place, String word) {
    MatchResult old = places.get(place);
    return text.substring(0, old.start())
        + inCapitalsOf(old.group(), word)
        + text.substring(old.end());
  }

  private static String inCapitalsOf(String old, String word) {
    String capitals = word.toUpperCase(Locale.ROOT);
    if (!Character.isUpperCase(old.codePointAt(0))) {
      return word;
    }
    boolean isAll = old.length() > 1 && old.equals(old.toUpperCase(Locale.ROOT));
    return isAll ? capitals : capitals.substring(0, 1) + word.substring(1);
  }
}
