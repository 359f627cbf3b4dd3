package io.github.close4j.metric;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import opennlp.tools.stemmer.snowball.SnowballStemmer;
import opennlp.tools.stemmer.snowball.SnowballStemmer.ALGORITHM;

/** A caption's words as METEOR takes them, finer than the Treebank's, with their stems. */
final class MeteorSentence {
  private static final Pattern HYPHEN = Pattern.compile("([\\p{L}\\p{N}])-([\\p{L}\\p{N}])");
  private static final Pattern ACRONYM = Pattern.compile("(?:\\p{L}\\.){2,}");
  private static final Pattern LAST_DOT = Pattern.compile("(?<=\\p{L})\\.(?= [^\\p{L}]|$)");
  private static final Pattern SYMBOL = Pattern.compile("[^\\p{L}\\p{M}\\p{N}\\s.,'-]");
  private static final Pattern INNER_APOSTROPHE = Pattern.compile("(?<=\\p{L})'(?=\\p{L})");
  private static final Pattern OUTER_APOSTROPHE = Pattern.compile("(?<!\\p{L})'|'(?!\\p{L})");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /**
   * Words of a relative frequency above 0.001 in English, less those that the tokenizer drops
   * (Denkowski and Lavie 2014; {@code function/english.words} of METEOR 1.5).
   */
  private static final Set<String> FUNCTION_WORDS =
      Set.of(
          ("the of to and a in that for is on it with was as said at he by be from have has are his"
                  + " but an this not i will they who their had we which were been more or s its"
                  + " would about new one after you also up when there than all out her people she"
                  + " year two can if last first over other into some what so no time years could"
                  + " -lrb- -rrb- $ ' 't . ? :")
              .split(" "));

  private final List<String> words;
  private final List<String> stems;

  private MeteorSentence(List<String> words, List<String> stems) {
    this.words = words;
    this.stems = stems;
  }

  static MeteorSentence of(List<String> treebankWords) {
    String text = String.join(" ", treebankWords);
    text = HYPHEN.matcher(text).replaceAll("$1 $2");
    text = ACRONYM.matcher(text).replaceAll(acronym -> acronym.group().replace(".", ""));
    text = LAST_DOT.matcher(text).replaceAll(" .");
    text = SYMBOL.matcher(text).replaceAll(" $0 ");
    text = OUTER_APOSTROPHE.matcher(text).replaceAll(" ' ");
    text = INNER_APOSTROPHE.matcher(text).replaceAll(" '");
    SnowballStemmer stemmer = new SnowballStemmer(ALGORITHM.ENGLISH);
    List<String> words = new ArrayList<>();
    List<String> stems = new ArrayList<>();
    for (String word : BLANKS.split(text.strip())) {
      if (!word.isEmpty()) {
        words.add(word);
        stems.add(stemmer.stem(word).toString());
      }
    }
    return new MeteorSentence(List.copyOf(words), List.copyOf(stems));
  }

  int size() {
    return words.size();
  }

  String word(int index) {
    return words.get(index);
  }

  String stem(int index) {
    return stems.get(index);
  }

  int count(String stem) {
    return Collections.frequency(stems, stem);
  }

  boolean isFunctionWord(int index) {
    return FUNCTION_WORDS.contains(words.get(index));
  }
}
