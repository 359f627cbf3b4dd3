package io.github.close4j.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/** One caption as CIDEr sees it: for each n, the TF-IDF weights of its n-grams and their norm. */
final class NgramVector {
  static final int MAX_N = 4;

  private final List<Map<List<String>, Double>> weights;
  private final double[] norms;
  private final int bigrams;

  private NgramVector(List<Map<List<String>, Double>> weights, double[] norms, int bigrams) {
    this.weights = weights;
    this.norms = norms;
    this.bigrams = bigrams;
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

  /** The clipped cosine with a reference, summed over n and damped by the difference in length. */
  double clippedSimilarity(NgramVector reference, double lengthStdDev) {
    double sum = similarity(reference, (weight, other) -> Math.min(weight, other) * other);
    double delta = bigrams - reference.bigrams;
    return sum * Math.exp(-(delta * delta) / (2 * lengthStdDev * lengthStdDev));
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
