package io.github.close4j.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/** CIDEr and CIDEr-D over the TF-IDF weights of a corpus; see {@link CaptionMetric#CIDER_D}. */
final class Cider {
  private static final double LENGTH_STD_DEV = 6;
  private static final double SCALE = 10;
  private static final int MAX_N = 4;

  private final Map<List<String>, Integer> documentFrequency = new HashMap<>();
  private final double logItems;
  private final List<List<NgramVector>> vectors = new ArrayList<>();

  /** Counts references that are split into words. */
  private Cider(List<List<List<String>>> referencesByItem) {
    logItems = Math.log(referencesByItem.size());
    List<List<List<Map<List<String>, Integer>>>> countsByItem = new ArrayList<>();
    for (List<List<String>> item : referencesByItem) {
      List<List<Map<List<String>, Integer>>> counts = item.stream().map(Cider::count).toList();
      countDocument(counts);
      countsByItem.add(counts);
    }
    for (List<List<Map<List<String>, Integer>>> item : countsByItem) {
      vectors.add(item.stream().map(this::vector).toList());
    }
  }

  static MetricScores score(CaptionSet captions, boolean clipped) {
    Cider references = new Cider(captions.references());
    double[] scores = new double[captions.size()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] = references.score(item, captions.candidate(item), clipped);
    }
    return MetricScores.mean(scores);
  }

  /** 10 times the mean similarity of a candidate with an item's references. */
  private double score(int item, List<String> candidate, boolean clipped) {
    NgramVector vector = vector(count(candidate));
    double sum = 0;
    for (NgramVector reference : vectors.get(item)) {
      sum += clipped ? vector.clippedSimilarity(reference) : vector.similarity(reference);
    }
    return SCALE * sum / MAX_N / vectors.get(item).size();
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

  /** Counts the n-grams of each n from 1 to 4; entry {@code n - 1} holds those of length n. */
  static List<Map<List<String>, Integer>> count(List<String> words) {
    List<Map<List<String>, Integer>> counts = new ArrayList<>();
    for (int n = 1; n <= MAX_N; n++) {
      Map<List<String>, Integer> ofLength = new LinkedHashMap<>();
      for (int start = 0; start + n <= words.size(); start++) {
        ofLength.merge(words.subList(start, start + n), 1, Integer::sum);
      }
      counts.add(ofLength);
    }
    return counts;
  }

  /** One caption as CIDEr sees it: for each n, the TF-IDF weights of its n-grams and their norm. */
  private static final class NgramVector {
    private final List<Map<List<String>, Double>> weights;
    private final double[] norms;
    private final int bigrams;

    private NgramVector(List<Map<List<String>, Double>> weights, double[] norms, int bigrams) {
      this.weights = weights;
      this.norms = norms;
      this.bigrams = bigrams;
    }

    static NgramVector of(
        List<Map<List<String>, Integer>> counts, ToDoubleFunction<List<String>> idf) {
      List<Map<List<String>, Double>> weights = new ArrayList<>();
      double[] norms = new double[MAX_N];
      for (int n = 0; n < MAX_N; n++) {
        Map<List<String>, Double> ofLength = new LinkedHashMap<>();
        double squares = 0;
        for (Map.Entry<List<String>, Integer> entry : counts.get(n).entrySet()) {
          double weight = entry.getValue() * idf.applyAsDouble(entry.getKey());
          ofLength.put(entry.getKey(), weight);
          squares += weight * weight;
        }
        weights.add(ofLength);
        norms[n] = Math.sqrt(squares);
      }
      int bigrams = counts.get(1).values().stream().mapToInt(Integer::intValue).sum();
      return new NgramVector(weights, norms, bigrams);
    }

    /** The cosine with a reference, summed over n. */
    double similarity(NgramVector reference) {
      return similarity(reference, (weight, other) -> weight * other);
    }

    /**
     * The clipped cosine with a reference, summed over n and damped by the difference in length.
     */
    double clippedSimilarity(NgramVector reference) {
      double sum = similarity(reference, (weight, other) -> Math.min(weight, other) * other);
      double delta = bigrams - reference.bigrams;
      return sum * Math.exp(-(delta * delta) / (2 * LENGTH_STD_DEV * LENGTH_STD_DEV));
    }

    private double similarity(NgramVector reference, DoubleBinaryOperator product) {
      double sum = 0;
      for (int n = 0; n < MAX_N; n++) {
        double products = 0;
        for (Map.Entry<List<String>, Double> entry : weights.get(n).entrySet()) {
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
