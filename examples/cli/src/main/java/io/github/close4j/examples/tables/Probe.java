package io.github.close4j.examples.tables;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a model is asked about pictures, and how its answers are scored.
 *
 * @param scenes number of the scene in its corpus, for each input
 * @param texts the text beside each picture; empty in tasks without text
 * @param score scores the answers, one for each input
 */
record Probe(
    List<Integer> scenes, List<String> texts, Function<List<String>, Map<String, Double>> score) {

  /** Share of right answers, or CIDEr-D, times 100: what tables show. */
  static final String SCORE = "score";

  /** {@link #SCORE} with the picture of another scene beside each text. */
  static final String BLIND = "blind";

  /** Share of the best answer that looks at the text's kind alone, times 100. */
  static final String MAJORITY = "majority";

  /** Share of captions in the style asked for, times 100. */
  static final String IN_STYLE = "in style";

  boolean hasText() {
    return !texts.isEmpty();
  }
}
