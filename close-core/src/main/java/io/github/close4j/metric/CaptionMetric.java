package io.github.close4j.metric;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.internal.metric.Cider;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A measure of how well captions agree with what people wrote.
 *
 * <p>All but {@link #CIDER} equal pycocoevalcap 1.2 to 1e-6, of the whole and of each example, on a
 * thousand captions of COCO's val2014 against the others of their pictures.
 *
 * <p>Captions are split into lower-case words in the manner of the Penn Treebank, without
 * punctuation. Differs from the reference: the rules are our own, not Stanford CoreNLP's, and each
 * caption is split by itself; their words are equal for 202 651 of the 202 654 captions of COCO's
 * val2014, and for all captions of a file of odd ones. ROUGE-L of pycocoevalcap takes a mixed
 * number ({@code 1 1/2}) for one word, and here for two.
 */
public enum CaptionMetric {
  /** {@link #BLEU_4} with n-grams of one word. */
  BLEU_1("BLEU-1", new Bleu(1)::score),
  /** {@link #BLEU_4} with n-grams of one and two words. */
  BLEU_2("BLEU-2", new Bleu(2)::score),
  /** {@link #BLEU_4} with n-grams of one to three words. */
  BLEU_3("BLEU-3", new Bleu(3)::score),
  /**
   * BLEU: the share of a candidate's n-grams that a reference holds.
   *
   * <pre>
   *   p_n   = Σ_g min(count(g in candidate), max_r count(g in r)) / Σ_g count(g in candidate)
   *   score = (p_1·…·p_N)^(1/N) · min(1, exp(1 − r/c))
   * </pre>
   *
   * <p>{@code c} is the candidate's length and {@code r} that of the reference nearest to it, the
   * shorter of two equally near. The score of a corpus is made of the sums of counts and lengths.
   * Both lie between 0 and 1. An example without a common n-gram scores not 0 but next to nothing,
   * since 1e-15 is added to its count.
   *
   * <p>Source: Papineni et al., ACL 2002, and {@code pycocoevalcap/bleu/bleu_scorer.py} with {@code
   * closest}.
   */
  BLEU_4("BLEU-4", new Bleu(4)::score),
  /**
   * ROUGE-L: the longest common subsequence of words, 0 to 1.
   *
   * <pre>
   *   P     = max over references of lcs / |candidate|
   *   R     = max over references of lcs / |reference|
   *   score = (1 + 1.2²)·P·R / (R + 1.2²·P)
   * </pre>
   *
   * <p>The score of a corpus is the mean of its examples'.
   *
   * <p>Source: Lin, "ROUGE", 2004, and {@code pycocoevalcap/rouge/rouge.py}. P and R may come from
   * different references, as they do there.
   */
  ROUGE_L("ROUGE-L", RougeL::score),
  /**
   * CIDEr as its paper first defines it: {@link #CIDER_D} without clipping and without the penalty
   * on length, so the plain cosine of TF-IDF vectors, 0 to 10.
   *
   * <p>Source: Vedantam, Zitnick and Parikh, CVPR 2015, section 3. Differs from the paper: words
   * are not stemmed. What pycocoevalcap calls CIDEr is CIDEr-D.
   */
  CIDER("CIDEr", captions -> cider(captions, false)),
  /**
   * CIDEr-D, the agreement of a caption with what people wrote about the same picture, 0 to 10.
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
   * <p>Source: Vedantam, Zitnick and Parikh, "CIDEr: Consensus-based Image Description Evaluation",
   * CVPR 2015, section 5, and {@code pycocoevalcap/cider/cider_scorer.py}. That package calls the
   * score CIDEr; with the clipping and the length penalty it is CIDEr-D.
   */
  CIDER_D("CIDEr-D", captions -> cider(captions, true));

  private final String title;
  private final Function<CaptionSet, MetricScores> scorer;

  CaptionMetric(String title, Function<CaptionSet, MetricScores> scorer) {
    this.title = title;
    this.scorer = scorer;
  }

  private static MetricScores cider(CaptionSet captions, boolean clipped) {
    Cider<String> cider = new Cider<>(captions.references());
    double[] scores = new double[captions.size()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] = cider.score(captions.candidate(item), captions.references(item), clipped);
    }
    return MetricScores.mean(scores);
  }

  /**
   * The metric's name as reports print it, such as {@code CIDEr-D}.
   *
   * @return the name
   */
  public String title() {
    return title;
  }

  /**
   * Scores captions.
   *
   * @param candidates one caption for each item, at least one
   * @param references the reference captions of each item, in the candidates' order; at least one
   *     each
   * @return the scores of the corpus and of each item
   * @throws IllegalArgumentException if there is no item, an item without a reference, or another
   *     number of candidates than of items
   */
  @CheckReturnValue
  public MetricScores score(List<String> candidates, List<? extends List<String>> references) {
    return scorer.apply(CaptionSet.of(candidates, references));
  }

  /**
   * Scores captions by several metrics, which split them into words but once.
   *
   * @param metrics the metrics
   * @param candidates one caption for each item, at least one
   * @param references the reference captions of each item, in the candidates' order; at least one
   *     each
   * @return the scores of each metric, in the order of {@code metrics}; unmodifiable
   * @throws IllegalArgumentException if there is no item, an item without a reference, or another
   *     number of candidates than of items
   */
  @CheckReturnValue
  public static Map<CaptionMetric, MetricScores> scores(
      Collection<CaptionMetric> metrics,
      List<String> candidates,
      List<? extends List<String>> references) {
    CaptionSet captions = CaptionSet.of(candidates, references);
    Map<CaptionMetric, MetricScores> scores = new LinkedHashMap<>();
    metrics.forEach(metric -> scores.put(metric, metric.scorer.apply(captions)));
    return Collections.unmodifiableMap(scores);
  }
}
