package io.github.close4j.metric;

import io.github.close4j.internal.metric.Ngrams;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** BLEU as pycocoevalcap counts it; see {@link CaptionMetric#BLEU_4}. */
final class Bleu {
  // Keep a quotient of zeros at nearly nothing; both are the reference's.
  private static final double TINY = 1e-15;
  private static final double SMALL = 1e-9;

  private final int order;

  Bleu(int order) {
    this.order = order;
  }

  MetricScores score(CaptionSet captions) {
    double[] scores = new double[captions.size()];
    Counts total = new Counts(order);
    for (int item = 0; item < scores.length; item++) {
      Counts counts = new Counts(order);
      counts.add(captions.candidate(item), captions.references(item));
      scores[item] = counts.score();
      total.add(counts);
    }
    return MetricScores.of(total.score(), scores);
  }

  /** N-grams of candidates, those that a reference holds, and the lengths compared. */
  private static final class Counts {
    private final int[] guessed;
    private final int[] correct;
    private int length;
    private int referenceLength;

    Counts(int order) {
      guessed = new int[order];
      correct = new int[order];
    }

    void add(List<String> candidate, List<List<String>> references) {
      length += candidate.size();
      referenceLength += closestLength(candidate.size(), references);
      List<Map<List<String>, Integer>> counts = Ngrams.count(candidate, guessed.length);
      List<List<Map<List<String>, Integer>>> referenceCounts =
          references.stream().map(words -> Ngrams.count(words, guessed.length)).toList();
      for (int n = 0; n < guessed.length; n++) {
        guessed[n] += Math.max(0, candidate.size() - n);
        Map<List<String>, Integer> most = new HashMap<>();
        for (List<Map<List<String>, Integer>> reference : referenceCounts) {
          reference.get(n).forEach((ngram, count) -> most.merge(ngram, count, Math::max));
        }
        for (Map.Entry<List<String>, Integer> entry : counts.get(n).entrySet()) {
          correct[n] += Math.min(entry.getValue(), most.getOrDefault(entry.getKey(), 0));
        }
      }
    }

    void add(Counts other) {
      length += other.length;
      referenceLength += other.referenceLength;
      for (int n = 0; n < guessed.length; n++) {
        guessed[n] += other.guessed[n];
        correct[n] += other.correct[n];
      }
    }

    double score() {
      double product = 1;
      for (int n = 0; n < guessed.length; n++) {
        product *= (correct[n] + TINY) / (guessed[n] + SMALL);
      }
      double ratio = (length + TINY) / (referenceLength + SMALL);
      double brevity = ratio < 1 ? Math.exp(1 - 1 / ratio) : 1;
      return Math.pow(product, 1.0 / guessed.length) * brevity;
    }

    /** The length of the reference nearest in length, the shorter of equals. */
    private static int closestLength(int length, List<List<String>> references) {
      int closest = references.get(0).size();
      for (List<String> reference : references) {
        int distance = Math.abs(reference.size() - length);
        int least = Math.abs(closest - length);
        if (distance < least || (distance == least && reference.size() < closest)) {
          closest = reference.size();
        }
      }
      return closest;
    }
  }
}
