package io.github.close4j.examples.photographs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How well a word suits a caption, by the words that other captions have beside it.
 *
 * <pre>
 *   fit = Σ_c ln (count(c beside word) + ½) / (count of all beside word + ½·|c|)
 * </pre>
 *
 * <p>{@code c} runs over the caption's other words and {@code |c|} is the number of different ones
 * in all captions.
 */
final class WordFit {
  private static final double SMOOTHING = 0.5;

  private final Set<String> words;
  private final Map<String, Map<String, Integer>> beside;
  private final Map<String, Integer> totals = new HashMap<>();
  private final Set<String> vocabulary = new HashSet<>();

  /**
   * Counts what stands beside words.
   *
   * @param words the words that may be asked for
   * @param pictures pictures with captions
   */
  WordFit(Set<String> words, List<PictureWords> pictures) {
    this.words = words;
    List<CaptionWords> captions =
        pictures.stream().flatMap(picture -> picture.captions().stream()).toList();
    captions.forEach(caption -> vocabulary.addAll(caption.words()));
    beside = besides(captions);
    beside.forEach((word, counts) -> totals.put(word, sum(counts)));
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private Map<String, Map<String, Integer>> besides(List<CaptionWords> captions) {
    Map<String, Map<String, Integer>> counts = new HashMap<>();
    for (CaptionWords caption : captions) {
      Set<String> all = Set.copyOf(caption.words());
      for (String word : all) {
        if (words.contains(word)) {
          Map<String, Integer> ofWord = counts.computeIfAbsent(word, w -> new HashMap<>());
          all.forEach(other -> ofWord.merge(other, 1, Integer::sum));
        }
      }
    }
    return counts;
  }

  /**
   * Returns the fit of each word in place of one of them.
   *
   * @param caption a caption
   * @param own the word of the caption that others may replace
   * @param picture the caption's picture, one of those counted; its captions are left out, since
   *     they would favour its own word
   * @return the fits by word
   */
  Map<String, Double> of(CaptionWords caption, String own, PictureWords picture) {
    Map<String, Map<String, Integer>> ofPicture = besides(picture.captions());
    Map<String, Double> fits = new HashMap<>();
    for (String word : words) {
      fits.put(word, fit(caption, own, word, ofPicture.getOrDefault(word, Map.of())));
    }
    return fits;
  }

  private double fit(CaptionWords caption, String own, String word, Map<String, Integer> leftOut) {
    Map<String, Integer> counts = beside.getOrDefault(word, Map.of());
    int total = totals.getOrDefault(word, 0) - sum(leftOut);
    double logTotal = Math.log(total + SMOOTHING * vocabulary.size());
    double fit = 0;
    for (String other : new LinkedHashSet<>(caption.words())) {
      if (!other.equals(own)) {
        int count = counts.getOrDefault(other, 0) - leftOut.getOrDefault(other, 0);
        fit += Math.log(count + SMOOTHING) - logTotal;
      }
    }
    return fit;
  }
}
