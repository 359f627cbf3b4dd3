package io.github.close4j.metric;

import java.util.List;
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

  private final Function<? super String, ? extends List<String>> tokenizer;
  private final CiderReferences references;

  private CiderD(
      Function<? super String, ? extends List<String>> tokenizer, CiderReferences references) {
    this.tokenizer = tokenizer;
    this.references = references;
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
    CaptionSet.requireReferences(referencesByItem);
    return new CiderD(
        tokenizer,
        new CiderReferences(
            referencesByItem.stream().map(item -> CaptionSet.split(item, tokenizer)).toList()));
  }

  /**
   * Scores each candidate.
   *
   * @param candidates one caption for each item, in the references' order
   * @return a new array {@code [items]}, each 0 to 10
   * @throws IllegalArgumentException if the number of candidates is not the number of items
   */
  public double[] scoreEach(List<String> candidates) {
    CaptionSet.requireSize(candidates.size(), references.size());
    double[] scores = new double[candidates.size()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] =
          references.score(item, tokenizer.apply(candidates.get(item)), CiderD::similarity);
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
    return MetricScores.mean(scoreEach(candidates)).corpus();
  }

  static double similarity(NgramVector candidate, NgramVector reference) {
    return candidate.clippedSimilarity(reference, LENGTH_STD_DEV);
  }
}
