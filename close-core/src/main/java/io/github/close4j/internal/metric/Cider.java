package io.github.close4j.internal.metric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * CIDEr and CIDEr-D over the TF-IDF weights of a corpus; see {@link
 * io.github.close4j.metric.CaptionMetric#CIDER_D}.
 *
 * @param <W> what a caption is made of: words, or numbers of tokens
 */
public final class Cider<W> {
  private static final double LENGTH_STD_DEV = 6;
  private static final double SCALE = 10;
  private static final int MAX_N = 4;

  private final Map<List<W>, Integer> documentFrequency = new HashMap<>();
  private final double logItems;

  /**
   * Counts in how many items each n-gram occurs.
   *
   * @param referencesByItem the reference captions of each item, as words
   */
  public Cider(Collection<? extends List<List<W>>> referencesByItem) {
    logItems = Math.log(referencesByItem.size());
    referencesByItem.forEach(this::countDocument);
  }

  /**
   * Scores a caption.
   *
   * @param candidate its words
   * @param references what it is compared with, at least one
   * @param clipped whether as CIDEr-D, or else as CIDEr
   * @return 10 times the mean similarity with the references
   */
  public double score(List<W> candidate, List<List<W>> references, boolean clipped) {
    NgramVector<W> vector = vector(candidate);
    double sum = 0;
    for (List<W> caption : references) {
      NgramVector<W> reference = vector(caption);
      sum += clipped ? vector.clippedSimilarity(reference) : vector.similarity(reference);
    }
    return SCALE * sum / MAX_N / references.size();
  }

  private void countDocument(List<List<W>> captions) {
    Set<List<W>> ngrams = new HashSet<>();
    captions.forEach(
        caption -> Ngrams.count(caption, MAX_N).forEach(counts -> ngrams.addAll(counts.keySet())));
    ngrams.forEach(ngram -> documentFrequency.merge(ngram, 1, Integer::sum));
  }

  private NgramVector<W> vector(List<W> caption) {
    return NgramVector.of(Ngrams.count(caption, MAX_N), this::inverseDocumentFrequency);
  }

  private double inverseDocumentFrequency(List<W> ngram) {
    return logItems - Math.log(documentFrequency.getOrDefault(ngram, 1));
  }

  /** One caption as CIDEr sees it: for each n, the TF-IDF weights of its n-grams and their norm. */
  private static final class NgramVector<W> {
    private final List<Map<List<W>, Double>> weights;
    private final double[] norms;
    private final int bigrams;

    private NgramVector(List<Map<List<W>, Double>> weights, double[] norms, int bigrams) {
      this.weights = weights;
      this.norms = norms;
      this.bigrams = bigrams;
    }

    static <W> NgramVector<W> of(
        List<Map<List<W>, Integer>> counts, ToDoubleFunction<List<W>> idf) {
      List<Map<List<W>, Double>> weights = new ArrayList<>();
      double[] norms = new double[MAX_N];
      for (int n = 0; n < MAX_N; n++) {
        Map<List<W>, Double> ofLength = new LinkedHashMap<>();
        double squares = 0;
        for (Map.Entry<List<W>, Integer> entry : counts.get(n).entrySet()) {
          double weight = entry.getValue() * idf.applyAsDouble(entry.getKey());
          ofLength.put(entry.getKey(), weight);
          squares += weight * weight;
        }
        weights.add(ofLength);
        norms[n] = Math.sqrt(squares);
      }
      int bigrams = counts.get(1).values().stream().mapToInt(Integer::intValue).sum();
      return new NgramVector<>(weights, norms, bigrams);
    }

    /** The cosine with a reference, summed over n. */
    double similarity(NgramVector<W> reference) {
      return similarity(reference, (weight, other) -> weight * other);
    }

    /**
     * The clipped cosine with a reference, summed over n and damped by the difference in length.
     */
    double clippedSimilarity(NgramVector<W> reference) {
      double sum = similarity(reference, (weight, other) -> Math.min(weight, other) * other);
      double delta = bigrams - reference.bigrams;
      return sum * Math.exp(-(delta * delta) / (2 * LENGTH_STD_DEV * LENGTH_STD_DEV));
    }

    private double similarity(NgramVector<W> reference, DoubleBinaryOperator product) {
      double sum = 0;
      for (int n = 0; n < MAX_N; n++) {
        double products = 0;
        for (Map.Entry<List<W>, Double> entry : weights.get(n).entrySet()) {
          double other = reference.weights.get(n).getOrDefault(entry.getKey(), 0.0);
          products += product.applyAsDouble(entry.getValue(), other);
        }
        double norm = norms[n] * reference.norms[n];
        sum += norm == 0 ? products : products / norm;
      }
      return sum;
    }
  }
}
