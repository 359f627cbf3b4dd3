package io.github.close4j.examples.photographs;

import io.github.close4j.examples.photographs.ClaimKind.Value;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The colours that captions give to a noun: those that stand before it. */
final class NounColours {
  /** Words before which a noun phrase begins, and which are no noun. */
  private static final Set<String> BOUNDARIES =
      Set.of(
          "", "a", "an", "the", "in", "on", "of", "with", "at", "by", "and", "or", "is", "are",
          "his", "her", "its", "their", "two", "three", "to", "from", "wearing", "through", "over",
          "next", "while", "as", "under", "near", "for", "into", "down", "across", "one", "another",
          "behind", "that", "who", "has", "against", "off", "out", "up", "around", "along");

  /** So many words of one phrase may stand before a noun. */
  private static final int MAX_WORDS_BEFORE = 4;

  private static final int WITNESSES = 2;

  private static final Set<String> FORMS = new HashSet<>();
  private static final Set<String> COLOURS = new HashSet<>();
  private static final Set<String> PATTERNS =
      Set.of(
          "striped",
          "plaid",
          "checkered",
          "spotted",
          "patterned",
          "colorful",
          "colourful",
          "colored",
          "coloured",
          "multicolored",
          "multi-colored",
          "two-toned",
          "brindle",
          "mixed",
          "mottled",
          "stripes",
          "flowered",
          "floral",
          "printed",
          "print");

  static {
    for (Value value : ClaimKind.COLOUR.alternatives()) {
      FORMS.addAll(value.names());
      COLOURS.addAll(value.all());
    }
  }

  private NounColours() {}

  private static boolean isNoun(String word) {
    return !BOUNDARIES.contains(word) && !COLOURS.contains(word) && !PATTERNS.contains(word);
  }

  /** Whether a word before a noun may tell its colour, as "black-and-white" does. */
  private static boolean isColour(String word) {
    return COLOURS.contains(word) || PATTERNS.contains(word) || word.indexOf('-') >= 0;
  }

  /**
   * The one colour of a thing: that which two captions at least give it, and none another.
   *
   * @param nouns the words for the thing
   * @param picture the picture
   * @return a form of {@link ClaimKind#COLOUR}, or empty
   */
  static Optional<String> agreed(Set<String> nouns, PictureWords picture) {
    Set<String> colours = new HashSet<>();
    int witnesses = 0;
    for (CaptionWords caption : picture.captions()) {
      Set<String> ofCaption = new HashSet<>();
      for (int place = 0; place < caption.words().size(); place++) {
        if (nouns.contains(caption.at(place)) && isNoun(caption.at(place))) {
          addBefore(place, caption, ofCaption);
        }
      }
      colours.addAll(ofCaption);
      witnesses += ofCaption.isEmpty() ? 0 : 1;
    }
    return witnesses >= WITNESSES && colours.size() == 1
        ? colours.stream().filter(FORMS::contains).findFirst()
        : Optional.empty();
  }

  private static void addBefore(int noun, CaptionWords caption, Set<String> colours) {
    for (int place = noun - 1; place >= Math.max(0, noun - MAX_WORDS_BEFORE); place--) {
      String word = caption.at(place);
      boolean joins = word.equals("and") && isColour(caption.at(place - 1));
      if (isColour(word)) {
        colours.add(word);
      } else if (BOUNDARIES.contains(word) && !joins) {
        return;
      }
    }
  }
}
