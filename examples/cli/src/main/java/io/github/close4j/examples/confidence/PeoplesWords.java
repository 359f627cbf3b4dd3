package io.github.close4j.examples.confidence;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What people said of pictures, word by word: so far it can be told whether a caption is right.
 *
 * <p>A caption is right if at least half of what it says are words that people used of the same
 * picture. A word counts the more the fewer pictures it was used of, {@code ln(pictures / pictures
 * with it)}: nothing if of all, as "a" is, and most if of none. So it needs no list of words and no
 * language.
 */
final class PeoplesWords {
  /** Above half: captions that miss what they are about. */
  private static final double HALF = 0.5;

  private static final Splitter WORDS =
      Splitter.on(CharMatcher.forPredicate(c -> !Character.isLetterOrDigit(c) && c != '\''))
          .omitEmptyStrings();

  private final List<Set<String>> ofPicture;
  private final Map<String, Integer> picturesWith = new HashMap<>();

  /** What was said of each picture, at least one caption of each. */
  PeoplesWords(List<? extends List<String>> captions) {
    this.ofPicture = captions.stream().map(all -> words(String.join(" ", all))).toList();
    ofPicture.forEach(words -> words.forEach(word -> picturesWith.merge(word, 1, Integer::sum)));
  }

  private static Set<String> words(String text) {
    return new HashSet<>(WORDS.splitToList(text.toLowerCase(Locale.ROOT)));
  }

  /** Whether a caption is right. */
  boolean agree(int picture, String caption) {
    return share(picture, caption) >= HALF;
  }

  /** Which part of a caption people said of the picture, too: 0 to 1, and 0 if it says nothing. */
  double share(int picture, String caption) {
    double all = 0;
    double said = 0;
    for (String word : words(caption)) {
      double weight = Math.log((double) ofPicture.size() / picturesWith.getOrDefault(word, 1));
      all += weight;
      said += ofPicture.get(picture).contains(word) ? weight : 0;
    }
    return all > 0 ? said / all : 0;
  }
}
