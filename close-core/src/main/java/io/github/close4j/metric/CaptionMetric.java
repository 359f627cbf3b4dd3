package io.github.close4j.metric;

import java.util.function.Function;

/**
 * A measure of how well captions agree with what people wrote.
 *
 * <p>All but {@link #CIDER} and {@link #METEOR} equal pycocoevalcap 1.2 to 1e-6, of the whole and
 * of each example, on 1 000 captions of COCO's val2014 against the others of their pictures.
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
   * METEOR 1.5 for English with exact and stem matching, 0 to 1.
   *
   * <pre>
   *   P, R  = weighted share of the candidate's, the reference's words that are matched:
   *           an equal word counts 1, one of equal stem 0.6; a content word 0.75, a function word
   *           0.25
   *   F     = P·R / (0.85·P + 0.15·R)
   *   score = F · (1 − 0.6·(chunks / matches)^0.2)
   * </pre>
   *
   * <p>The reference with the highest score counts. The score of a corpus is made of the sums of
   * those references' counts.
   *
   * <p>Source: Denkowski and Lavie, "Meteor Universal", 2014, and results of the program {@code
   * meteor-1.5.jar} that {@code pycocoevalcap/meteor/meteor.py} starts.
   *
   * <p>Differs from the reference: WordNet's synonyms and the table of paraphrases are left out.
   * Against that program with its modules {@code exact} and {@code stem} alone, scores are equal to
   * 1e-6 on the 1 000 captions named above; where words repeat, so that alignments tie, they may
   * not be. Against the program as pycocoevalcap starts it, the corpus scores 0.229 in place of
   * 0.244, and an example differs by 0.018 in the mean and 0.449 at most. So never compare these
   * scores with published ones.
   */
  METEOR("METEOR (exact, stem)", Meteor::score),
  /**
   * CIDEr as its paper first defines it: {@link #CIDER_D} without clipping and without the penalty
   * on length, so the plain cosine of TF-IDF vectors, 0 to 10.
   *
   * <p>Source: Vedantam, Zitnick and Parikh, CVPR 2015, section 3. Differs from the paper: words
   * are not stemmed. What pycocoevalcap calls CIDEr is CIDEr-D.
   */
  CIDER("CIDEr", captions -> cider(captions, NgramVector::similarity)),
  /** {@link CiderD}, 0 to 10. */
  CIDER_D("CIDEr-D", captions -> cider(captions, CiderD::similarity));

  private final String title;
  private final Function<CaptionSet, MetricScores> scorer;

  CaptionMetric(String title, Function<CaptionSet, MetricScores> scorer) {
    this.title = title;
    this.scorer = scorer;
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
   * @param captions candidates and references
   * @return the scores of the corpus and of each item
   */
  public MetricScores score(CaptionSet captions) {
    return scorer.apply(captions);
  }

  private static MetricScores cider(CaptionSet captions, CiderReferences.Similarity similarity) {
    CiderReferences references = new CiderReferences(captions.references());
    double[] scores = new double[captions.size()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] = references.score(item, captions.candidate(item), similarity);
    }
    return MetricScores.mean(scores);
  }
}
