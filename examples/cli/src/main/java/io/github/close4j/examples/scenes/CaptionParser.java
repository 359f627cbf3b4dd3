package io.github.close4j.examples.scenes;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import io.github.close4j.examples.scenes.CaptionStatement.Claim;
import io.github.close4j.examples.scenes.CaptionStatement.Phrase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a caption states; any text will do.
 *
 * <p>A run of number, size and colour words, ended by a noun, is a phrase. A cue word speaks of the
 * phrase before it (the first, if none is before it) and sets it against the next phrase (the one
 * before, if none comes next): see {@link Relation}. Other words say nothing.
 */
final class CaptionParser {
  private static final Splitter WORDS =
      Splitter.on(CharMatcher.inRange('a', 'z').negate()).omitEmptyStrings();

  private static final Map<String, Colour> COLOURS = new HashMap<>();
  private static final Map<String, Size> SIZES = new HashMap<>();
  private static final Map<String, Shape> NOUNS = new HashMap<>();
  private static final Map<String, Shape> PLURAL_NOUNS = new HashMap<>();
  private static final Map<String, Relation> CUES = new HashMap<>();
  private static final Map<String, Relation> CONVERSE_CUES = new HashMap<>();

  static {
    for (Colour colour : Colour.values()) {
      colour.words().forEach(word -> COLOURS.put(word, colour));
    }
    for (Size size : Size.values()) {
      size.words().forEach(word -> SIZES.put(word, size));
    }
    for (Shape shape : Shape.values()) {
      shape.words().forEach(word -> NOUNS.put(word, shape));
      shape.plurals().forEach(word -> PLURAL_NOUNS.put(word, shape));
    }
    for (Relation relation : Relation.values()) {
      relation.words().forEach(word -> CUES.put(word, relation));
      relation.converseWords().forEach(word -> CONVERSE_CUES.put(word, relation));
    }
  }

  /** A cue word and how many phrases came before it. */
  private record Cue(Relation relation, boolean converse, int phrasesBefore) {}

  private final List<Phrase> phrases = new ArrayList<>();
  private final List<Cue> cues = new ArrayList<>();

  private @Nullable Colour colour;
  private @Nullable Size size;
  private @Nullable Integer number;

  private CaptionParser() {}

  static CaptionStatement parse(String caption) {
    CaptionParser parser = new CaptionParser();
    WORDS.split(caption.toLowerCase(Locale.ROOT)).forEach(parser::read);
    parser.endRun();
    return new CaptionStatement(parser.phrases, parser.claims());
  }

  private void read(String word) {
    if (NOUNS.containsKey(word)) {
      endPhrase(NOUNS.get(word), false);
    } else if (PLURAL_NOUNS.containsKey(word)) {
      endPhrase(PLURAL_NOUNS.get(word), true);
    } else if (COLOURS.containsKey(word)) {
      endRunUnless(colour, COLOURS.get(word));
      colour = COLOURS.get(word);
    } else if (SIZES.containsKey(word)) {
      endRunUnless(size, SIZES.get(word));
      size = SIZES.get(word);
    } else if (CaptionGrammar.NUMBERS.containsKey(word)) {
      endRunUnless(number, CaptionGrammar.NUMBERS.get(word));
      number = CaptionGrammar.NUMBERS.get(word);
    } else if (!word.equals("of")) {
      endRun();
      readCue(word);
    }
  }

  private void readCue(String word) {
    if (CUES.containsKey(word)) {
      cues.add(new Cue(CUES.get(word), false, phrases.size()));
    } else if (CONVERSE_CUES.containsKey(word)) {
      cues.add(new Cue(CONVERSE_CUES.get(word), true, phrases.size()));
    }
  }

  /** Ends the run before a word that contradicts one of its words: "red blue circle". */
  private void endRunUnless(@Nullable Object before, Object now) {
    if (before != null && !Objects.equals(before, now)) {
      endRun();
    }
  }

  private void endRun() {
    if (colour != null || size != null || number != null) {
      endPhrase(null, false);
    }
  }

  private void endPhrase(@Nullable Shape shape, boolean plural) {
    phrases.add(new Phrase(shape, colour, size, number, plural));
    colour = null;
    size = null;
    number = null;
  }

  private List<Claim> claims() {
    return cues.stream().map(this::claim).toList();
  }

  private Claim claim(Cue cue) {
    int subject = Math.max(0, cue.phrasesBefore() - 1);
    int other = subject + 1 < phrases.size() ? subject + 1 : subject - 1;
    Phrase first = phraseAt(cue.converse() ? other : subject);
    Phrase second = phraseAt(cue.converse() ? subject : other);
    return new Claim(cue.relation(), first, second);
  }

  private @Nullable Phrase phraseAt(int index) {
    return index >= 0 && index < phrases.size() ? phrases.get(index) : null;
  }
}
