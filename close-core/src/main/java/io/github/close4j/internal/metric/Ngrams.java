package io.github.close4j.internal.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs of words in a caption. */
public final class Ngrams {
  private Ngrams() {}

  /**
   * Counts the runs of each length from 1 on; entry {@code n - 1} holds those of n words.
   *
   * @param words a caption, kept and shown in the result
   * @param longest the longest run
   */
  public static <W> List<Map<List<W>, Integer>> count(List<W> words, int longest) {
    List<Map<List<W>, Integer>> counts = new ArrayList<>();
    for (int n = 1; n <= longest; n++) {
      Map<List<W>, Integer> ofLength = new LinkedHashMap<>();
      for (int start = 0; start + n <= words.size(); start++) {
        ofLength.merge(words.subList(start, start + n), 1, Integer::sum);
      }
      counts.add(ofLength);
    }
    return counts;
  }
}
