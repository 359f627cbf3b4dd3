package io.github.close4j.metric;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Candidates and their references, split into words once for all metrics. Immutable.
 *
 * @see CaptionMetric
 */
public final class CaptionSet {
  private final List<List<String>> candidates;
  private final List<List<List<String>>> references;

  private CaptionSet(List<List<String>> candidates, List<List<List<String>>> references) {
    this.candidates = candidates;
    this.references = references;
  }

  /**
   * Splits captions with {@link CaptionTokenizer}.
   *
   * @param candidates one caption for each item, at least one
   * @param referencesByItem the reference captions of each item, at least one each
   * @return the set
   * @throws IllegalArgumentException if there is no item, an item without a reference, or another
   *     number of candidates than of items
   */
  @CheckReturnValue
  public static CaptionSet of(
      List<String> candidates, List<? extends List<String>> referencesByItem) {
    return of(candidates, referencesByItem, CaptionTokenizer::tokenize);
  }

  /**
   * Splits captions with another tokenizer.
   *
   * @param candidates one caption for each item, at least one
   * @param referencesByItem the reference captions of each item, at least one each
   * @param tokenizer splits a caption into words
   * @return the set
   * @throws IllegalArgumentException if there is no item, an item without a reference, or another
   *     number of candidates than of items
   */
  @CheckReturnValue
  public static CaptionSet of(
      List<String> candidates,
      List<? extends List<String>> referencesByItem,
      Function<? super String, ? extends List<String>> tokenizer) {
    requireReferences(referencesByItem);
    requireSize(candidates.size(), referencesByItem.size());
    List<List<List<String>>> references = new ArrayList<>();
    for (List<String> item : referencesByItem) {
      references.add(split(item, tokenizer));
    }
    return new CaptionSet(split(candidates, tokenizer), List.copyOf(references));
  }

  static void requireReferences(List<? extends List<String>> referencesByItem) {
    if (referencesByItem.isEmpty()) {
      throw new IllegalArgumentException("references: expected at least 1 item, found 0");
    }
    for (int item = 0; item < referencesByItem.size(); item++) {
      if (referencesByItem.get(item).isEmpty()) {
        throw new IllegalArgumentException(
            "references, item " + item + ": expected at least 1 caption, found 0");
      }
    }
  }

  static void requireSize(int candidates, int items) {
    if (candidates != items) {
      throw new IllegalArgumentException(
          "candidates: expected one for each of " + items + " items, found " + candidates);
    }
  }

  static List<List<String>> split(
      List<String> captions, Function<? super String, ? extends List<String>> tokenizer) {
    List<List<String>> words = new ArrayList<>();
    for (String caption : captions) {
      words.add(List.copyOf(tokenizer.apply(caption)));
    }
    return List.copyOf(words);
  }

  /**
   * The number of items.
   *
   * @return at least 1
   */
  public int size() {
    return candidates.size();
  }

  List<String> candidate(int item) {
    return candidates.get(item);
  }

  List<List<String>> references(int item) {
    return references.get(item);
  }

  List<List<List<String>>> references() {
    return references;
  }
}
