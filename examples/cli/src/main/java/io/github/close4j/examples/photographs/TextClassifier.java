package io.github.close4j.examples.photographs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells to which of several kinds a text belongs, by its words and its pairs of neighbours, the
 * text's beginning and end among them: multinomial naive Bayes.
 *
 * <pre>
 *   kind = argmax Σ_g ln (count(g in kind) + 1) / (count of all in kind + |g|)
 * </pre>
 *
 * <p>{@code g} runs over the words and pairs of the text that were seen in training, and {@code
 * |g|} is the number of different ones. All kinds are equally probable at first. Case and
 * punctuation do not count.
 *
 * @param <K> the kinds, in an order that decides between equal scores: the first wins
 */
public final class TextClassifier<K extends Comparable<K>> {
  private final Map<K, Map<String, Integer>> counts = new TreeMap<>();
  private final Map<K, Double> logTotals = new TreeMap<>();
  private final Set<String> known = new HashSet<>();

  /**
   * Trains a classifier.
   *
   * @param texts texts by kind, at least one each
   * @throws IllegalArgumentException if there are fewer than two kinds, or one without a text
   */
  public TextClassifier(Map<K, ? extends List<String>> texts) {
    if (texts.size() < 2 || texts.values().stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "texts: expected at least two kinds with a text each, found " + texts.keySet());
    }
    texts.forEach(
        (kind, ofKind) -> {
          Map<String, Integer> ofGrams = new HashMap<>();
          ofKind.forEach(text -> grams(text).forEach(gram -> ofGrams.merge(gram, 1, Integer::sum)));
          counts.put(kind, ofGrams);
          known.addAll(ofGrams.keySet());
        });
    counts.forEach(
        (kind, ofGrams) -> {
          int total = ofGrams.values().stream().mapToInt(Integer::intValue).sum();
          logTotals.put(kind, Math.log((double) total + known.size()));
        });
  }

  private static List<String> grams(String text) {
    CaptionWords words = CaptionWords.of(text);
    List<String> grams = new ArrayList<>(words.words());
    for (int place = 0; place <= words.words().size(); place++) {
      grams.add(words.at(place - 1) + " " + words.at(place));
    }
    return grams;
  }

  /**
   * Returns the most probable kind.
   *
   * @param text a text; without a known word, it is of the first kind
   * @return the kind
   */
  public K kindOf(String text) {
    List<String> grams = grams(text).stream().filter(known::contains).toList();
    return counts.keySet().stream()
        .max(
            Comparator.<K>comparingDouble(kind -> logProbability(grams, kind))
                .thenComparing(Comparator.reverseOrder()))
        .orElseThrow();
  }

  /**
   * Returns the share of texts that are of a kind.
   *
   * @param texts the texts, at least one
   * @param kind the kind
   * @return 0 to 1
   */
  public double share(List<String> texts, K kind) {
    return (double) texts.stream().filter(text -> kindOf(text).equals(kind)).count() / texts.size();
  }

  private double logProbability(List<String> grams, K kind) {
    Map<String, Integer> ofKind = counts.getOrDefault(kind, Map.of());
    double total = logTotals.getOrDefault(kind, 0.0);
    double sum = 0;
    for (String gram : grams) {
      sum += Math.log(ofKind.getOrDefault(gram, 0) + 1.0) - total;
    }
    return sum;
  }
}
