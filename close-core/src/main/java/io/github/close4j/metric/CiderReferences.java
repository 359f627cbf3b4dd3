package io.github.close4j.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The references of a corpus as CIDEr sees them: TF-IDF weights of their n-grams. */
final class CiderReferences {
  private static final double SCALE = 10;

  private final Map<List<String>, Integer> documentFrequency = new HashMap<>();
  private final double logItems;
  private final List<List<NgramVector>> vectors = new ArrayList<>();

  /** Counts references that are split into words. */
  CiderReferences(List<List<List<String>>> referencesByItem) {
    logItems = Math.log(referencesByItem.size());
    List<List<List<Map<List<String>, Integer>>>> countsByItem = new ArrayList<>();
    for (List<List<String>> item : referencesByItem) {
      List<List<Map<List<String>, Integer>>> counts =
          item.stream().map(NgramVector::count).toList();
      countDocument(counts);
      countsByItem.add(counts);
    }
    for (List<List<Map<List<String>, Integer>>> item : countsByItem) {
      vectors.add(item.stream().map(this::vector).toList());
    }
  }

  int size() {
    return vectors.size();
  }

  /** How alike two captions are, summed over the lengths of n-grams. */
  interface Similarity {
    double of(NgramVector candidate, NgramVector reference);
  }

  /** 10 times the mean similarity of a candidate with an item's references. */
  double score(int item, List<String> candidate, Similarity similarity) {
    NgramVector vector = vector(NgramVector.count(candidate));
    double sum = 0;
    for (NgramVector reference : vectors.get(item)) {
      sum += similarity.of(vector, reference);
    }
    return SCALE * sum / NgramVector.MAX_N / vectors.get(item).size();
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
