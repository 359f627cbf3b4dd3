package io.github.close4j.metric;

import java.util.List;

/** ROUGE-L as pycocoevalcap computes it; see {@link CaptionMetric#ROUGE_L}. */
final class RougeL {
  private static final double BETA_SQUARED = 1.2 * 1.2;

  private RougeL() {}

  static MetricScores score(CaptionSet captions) {
    double[] scores = new double[captions.size()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] = score(captions.candidate(item), captions.references(item));
    }
    return MetricScores.mean(scores);
  }

  private static double score(List<String> candidate, List<List<String>> references) {
    List<String> words = orOneEmptyWord(candidate);
    double precision = 0;
    double recall = 0;
    for (List<String> reference : references) {
      List<String> others = orOneEmptyWord(reference);
      double common = longestCommonSubsequence(words, others);
      precision = Math.max(precision, common / words.size());
      recall = Math.max(recall, common / others.size());
    }
    return precision == 0
        ? 0
        : (1 + BETA_SQUARED) * precision * recall / (recall + BETA_SQUARED * precision);
  }

  /** The reference takes a caption without words for one empty word. */
  private static List<String> orOneEmptyWord(List<String> words) {
    return words.isEmpty() ? List.of("") : words;
  }

  private static int longestCommonSubsequence(List<String> a, List<String> b) {
    int[] lengths = new int[b.size() + 1]; // of what is read of a with each beginning of b
    for (String word : a) {
      int diagonal = 0;
      for (int j = 1; j <= b.size(); j++) {
        int above = lengths[j];
        lengths[j] = word.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(above, lengths[j - 1]);
        diagonal = above;
      }
    }
    return lengths[b.size()];
  }
}
