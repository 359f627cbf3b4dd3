package io.github.close4j.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * CIDEr-D, the agreement of a caption with what people wrote about the same picture.
 *
 * <pre>
 *   weight(g)  = count(g in caption) · (ln N − ln max(1, df(g)))
 *   sim_n      = Σ_g min(c_g, r_g)·r_g / (|c|·|r|) · exp(−(l(c) − l(r))² / (2·6²))
 *   score      = 10 · mean over references r and over n = 1..4 of sim_n
 * </pre>
 *
 * <p>{@code g} runs over the n-grams of a length, {@code c} and {@code r} are the weights of
 * candidate and reference, {@code l} counts a caption's bigrams, N is the number of items, and
 * {@code df(g)} is the number of items of which some reference holds {@code g}. A score lies
 * between 0 and 10; papers print it times 100, so that 0.954 reads 95.4. Every score of a corpus
 * with one item is 0, because each weight of its references is.
 *
 * <p>Immutable and thread-safe: the references are counted once.
 *
 * <p>Source: Vedantam, Zitnick and Parikh, "CIDEr: Consensus-based Image Description Evaluation",
 * CVPR 2015, section 5, and {@code pycocoevalcap/cider/cider_scorer.py}. That package calls the
 * score CIDEr; with the clipping and the length penalty it is CIDEr-D.
 */
public final class CiderD {
  private static final double LENGTH_STD_DEV = 6;
  private static final double SCALE = 10;

  private final Function<? super String, ? extends List<String>> tokenizer;
  private final Map<List<String>, Integer> documentFrequency = new HashMap<>();
  private final double logItems;
  private final List<List<NgramVector>> references = new ArrayList<>();

  private CiderD(
      List<? extends List<String>> referencesByItem,
      Function<? super String, ? extends List<String>> tokenizer) {
    this.tokenizer = tokenizer;
    this.logItems = Math.log(referencesByItem.size());
    List<List<List<Map<List<String>, Integer>>>> countsByItem = new ArrayList<>();
    for (List<String> item : referencesByItem) {
      List<List<Map<List<String>, Integer>>> counts = item.stream().map(this::count).toList();
      countDocument(counts);
      countsByItem.add(counts);
    }
    for (List<List<Map<List<String>, Integer>>> item : countsByItem) {
      references.add(item.stream().map(this::vector).toList());
    }
  }

  /**
   * Makes a scorer whose captions are split by {@link CaptionTokenizer}.
   *
   * @param referencesByItem the reference captions of each item, at least one each; copied
   * @return a scorer for candidates in the order of those items
   * @throws IllegalArgumentException if there is no item, or an item without a reference
   */
  public static CiderD fromReferences(List<? extends List<String>> referencesByItem) {
    return fromReferences(referencesByItem, CaptionTokenizer::tokenize);
  }

  /**
   * Makes a scorer with another tokenizer.
   *
   * @param referencesByItem the reference captions of each item, at least one each; copied
   * @param tokenizer splits a caption, reference or candidate, into words; kept
   * @return a scorer for candidates in the order of those items
   * @throws IllegalArgumentException if there is no item, or an item without a reference
   */
  public static CiderD fromReferences(
      List<? extends List<String>> referencesByItem,
      Function<? super String, ? extends List<String>> tokenizer) {
    if (referencesByItem.isEmpty()) {
      throw new IllegalArgumentException("references: expected at least 1 item, found 0");
    }
    for (int item = 0; item < referencesByItem.size(); item++) {
      if (referencesByItem.get(item).isEmpty()) {
        throw new IllegalArgumentException(
            "references, item " + item + ": expected at least 1 caption, found 0");
      }
    }
    return new CiderD(referencesByItem, tokenizer);
  }

  /**
   * Scores each candidate.
   *
   * @param candidates one caption for each item, in the references' order
   * @return a new array {@code [items]}, each 0 to 10
   * @throws IllegalArgumentException if the number of candidates is not the number of items
   */
  public double[] scoreEach(List<String> candidates) {
    if (candidates.size() != references.size()) {
      throw new IllegalArgumentException(
          "candidates: expected one for each of "
              + references.size()
              + " items, found "
              + candidates.size());
    }
    double[] scores = new double[candidates.size()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] = score(vector(count(candidates.get(item))), references.get(item));
    }
    return scores;
  }

  /**
   * Scores the corpus: the mean of {@link #scoreEach}.
   *
   * @param candidates one caption for each item, in the references' order
   * @return the mean score, 0 to 10
   * @throws IllegalArgumentException if the number of candidates is not the number of items
   */
  public double score(List<String> candidates) {
    double sum = 0;
    for (double score : scoreEach(candidates)) {
      sum += score;
    }
    return sum / candidates.size();
  }

  private static double score(NgramVector candidate, List<NgramVector> references) {
    double sum = 0;
    for (NgramVector reference : references) {
      sum += candidate.similarity(reference, LENGTH_STD_DEV);
    }
    return SCALE * sum / NgramVector.MAX_N / references.size();
  }

  private List<Map<List<String>, Integer>> count(String caption) {
    return NgramVector.count(List.copyOf(tokenizer.apply(caption)));
  }

  private void countDocument(List<List<Map<List<String>, Integer>>> captions) {
    Set<List<String>> ngrams = new HashSet<>();
    captions.forEach(caption -> caption.forEach(counts -> ngrams.addAll(counts.keySet())));
    ngrams.forEach(ngram -> documentFrequency.merge(ngram, 1, Integer::sum));
  }

  private NgramVector vector(List<Map<List<String>, Integer>> counts) {
    return NgramVector.of(counts, this::inverseDocumentFrequency);
  }

  private double inverseDocumentFrequency(List<String> ngram) {
    return logItems - Math.log(documentFrequency.getOrDefault(ngram, 1));
  }
}
