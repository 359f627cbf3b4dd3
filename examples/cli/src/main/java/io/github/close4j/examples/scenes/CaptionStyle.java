package io.github.close4j.examples.scenes;

import com.google.common.collect.ImmutableSortedSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A manner of writing captions.
 *
 * <p>A styled caption tells what a plain one of {@link CaptionWriter} tells, so {@link SlotScorer}
 * reads it as it reads any text. Whether a text is in a style is decided by a rule on words that
 * knows nothing of how captions are made here: see {@link #isShownBy}.
 */
public enum CaptionStyle {
  /** Uplifting: delight before, within or after the caption. In style: any word of delight. */
  CHEERFUL {
    @Override
    String write(String caption, SplittableRandom random) {
      List<String> words = new ArrayList<>();
      int place = random.nextInt(4);
      if (place != 1) {
        words.add(Chance.pick(OPENINGS, random));
      }
      for (String word : SceneClaim.wordsOf(caption)) {
        boolean article = word.equals("a") || word.equals("an");
        if (article && Chance.happens(ADJECTIVE_SHARE, random)) {
          words.add("a");
          words.add(Chance.pick(ADJECTIVES, random));
        } else {
          words.add(word);
        }
      }
      if (place == 1 || place == 2) {
        words.add(Chance.pick(CLOSINGS, random));
      }
      return String.join(" ", words);
    }

    @Override
    public boolean isShownBy(String text) {
      return SceneClaim.wordsOf(text).stream().anyMatch(DELIGHT::contains);
    }

    @Override
    Set<String> ownWords() {
      SortedSet<String> words = new TreeSet<>(ADJECTIVES);
      OPENINGS.forEach(text -> words.addAll(SceneClaim.wordsOf(text)));
      CLOSINGS.forEach(text -> words.addAll(SceneClaim.wordsOf(text)));
      return words;
    }
  },

  /**
   * Terse: no articles, pronouns or filling verbs, "stop" for "and" and at the end. In style: the
   * last word is "stop", and there is no article, pronoun or form of "to be".
   */
  TELEGRAM {
    @Override
    String write(String caption, SplittableRandom random) {
      List<String> words = new ArrayList<>();
      if (Chance.happens(SIGHTED_SHARE, random)) {
        words.add("sighted");
      }
      for (String word : SceneClaim.wordsOf(caption)) {
        if (!SMALL_WORDS.contains(word)) {
          words.add(word.equals("and") ? "stop" : word);
        }
      }
      words.add("stop");
      return String.join(" ", words);
    }

    @Override
    public boolean isShownBy(String text) {
      List<String> words = SceneClaim.wordsOf(text);
      return words.get(words.size() - 1).equals("stop") && Collections.disjoint(words, SMALL_WORDS);
    }

    @Override
    Set<String> ownWords() {
      return Set.of("sighted", "stop");
    }
  };

  private static final double ADJECTIVE_SHARE = 0.3;
  private static final double SIGHTED_SHARE = 0.3;

  // None of these words tells anything of a scene, and CLIP knows none of them.
  private static final List<String> OPENINGS =
      List.of("oh joy", "how lovely", "hooray", "wonderful news", "such delight", "how charming");
  private static final List<String> CLOSINGS =
      List.of("so happy", "how cheerful", "such fun", "simply wonderful", "smiling brightly");
  private static final List<String> ADJECTIVES =
      List.of("happy", "cheerful", "jolly", "merry", "delightful");

  /** Words of delight: an English list, not the grammar's. */
  private static final Set<String> DELIGHT =
      Set.of(
          "amazing",
          "beautiful",
          "bliss",
          "blissful",
          "brightly",
          "charming",
          "cheer",
          "cheerful",
          "delight",
          "delightful",
          "enjoy",
          "excellent",
          "fun",
          "glad",
          "gorgeous",
          "great",
          "happily",
          "happy",
          "hooray",
          "hurrah",
          "jolly",
          "joy",
          "joyful",
          "laugh",
          "love",
          "lovely",
          "marvellous",
          "merry",
          "nice",
          "pleasant",
          "smile",
          "smiling",
          "splendid",
          "superb",
          "sweet",
          "wonderful");

  private static final Set<String> SMALL_WORDS =
      Set.of(
          "a", "an", "the", "there", "is", "are", "was", "were", "be", "we", "i", "you", "he",
          "she", "it", "they", "see", "its", "here");

  /**
   * Writes captions of a scene in this style.
   *
   * @param scene the scene
   * @param count how many captions, 1 to {@value CaptionWriter#MAX_CAPTIONS}
   * @param random draws templates and words; equal states give equal captions
   * @return the captions, all true of the scene
   * @throws IllegalArgumentException if the count is out of range
   */
  public List<String> captions(Scene scene, int count, SplittableRandom random) {
    return CaptionWriter.captions(scene, count, random).stream()
        .map(caption -> write(caption, random))
        .toList();
  }

  abstract String write(String caption, SplittableRandom random);

  /**
   * Tells whether a text is in this style, by the words it has.
   *
   * @param text lower-case words with one space between words, at least one
   * @return whether it meets the rule that stands with the style
   */
  public abstract boolean isShownBy(String text);

  abstract Set<String> ownWords();

  /**
   * Returns the words that this style adds to those of plain captions.
   *
   * @return the words, sorted
   */
  public SortedSet<String> vocabulary() {
    return ImmutableSortedSet.copyOf(ownWords());
  }
}
