package io.github.close4j.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * METEOR 1.5 with exact and stem matching; see {@link CaptionMetric#METEOR}.
 *
 * <p>The parameters are those that METEOR uses for English when it ranks systems.
 */
final class Meteor {
  private static final double ALPHA = 0.85;
  private static final double BETA = 0.2;
  private static final double GAMMA = 0.6;
  private static final double CONTENT_WEIGHT = 0.75;
  private static final double STEM_WEIGHT = 0.6;

  private Meteor() {}

  static MetricScores score(CaptionSet captions) {
    double[] scores = new double[captions.size()];
    Counts total = Counts.NONE;
    for (int item = 0; item < scores.length; item++) {
      MeteorSentence candidate = MeteorSentence.of(captions.candidate(item));
      Counts best = best(candidate, captions.references(item));
      scores[item] = best.score();
      total = total.plus(best);
    }
    return MetricScores.of(total.score(), scores);
  }

  /** The counts against the reference that gives the highest score, the first of equals. */
  private static Counts best(MeteorSentence candidate, List<List<String>> references) {
    List<Counts> all = new ArrayList<>();
    for (List<String> reference : references) {
      all.add(Counts.of(candidate, MeteorSentence.of(reference)));
    }
    Counts best = all.get(0);
    for (Counts counts : all) {
      if (counts.score() > best.score()) {
        best = counts;
      }
    }
    return best;
  }

  /**
   * What a score is made of; the counts of a corpus are the sums of its captions'.
   *
   * @param words weighted words of the candidate: content words count more than function words
   * @param referenceWords weighted words of the reference
   * @param matchedWords weighted words of the candidate that are matched
   * @param matchedReferenceWords weighted words of the reference that are matched
   * @param matches matched pairs
   * @param chunks runs of matches that are contiguous and in the same order in both
   */
  private record Counts(
      double words,
      double referenceWords,
      double matchedWords,
      double matchedReferenceWords,
      int matches,
      double chunks) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    static Counts of(MeteorSentence candidate, MeteorSentence reference) {
      MeteorAlignment alignment = MeteorAlignment.of(candidate, reference);
      double matched = 0;
      double matchedReference = 0;
      for (MeteorAlignment.Match match : alignment.matches()) {
        double weight = match.exact() ? 1 : STEM_WEIGHT;
        matched += weight * weight(candidate, match.candidate());
        matchedReference += weight * weight(reference, match.reference());
      }
      int matches = alignment.matches().size();
      boolean identical =
          matches == candidate.size() && matches == reference.size() && alignment.chunks() == 1;
      return new Counts(
          weight(candidate),
          weight(reference),
          matched,
          matchedReference,
          matches,
          identical ? 0 : alignment.chunks());
    }

    Counts plus(Counts other) {
      return new Counts(
          words + other.words,
          referenceWords + other.referenceWords,
          matchedWords + other.matchedWords,
          matchedReferenceWords + other.matchedReferenceWords,
          matches + other.matches,
          chunks + other.chunks);
    }

    double score() {
      if (matches == 0) {
        return 0;
      }
      double precision = matchedWords / words;
      double recall = matchedReferenceWords / referenceWords;
      double mean = precision * recall / (ALPHA * precision + (1 - ALPHA) * recall);
      return mean * (1 - GAMMA * Math.pow(chunks / matches, BETA));
    }

    private static double weight(MeteorSentence sentence) {
      double sum = 0;
      for (int i = 0; i < sentence.size(); i++) {
        sum += weight(sentence, i);
      }
      return sum;
    }

    private static double weight(MeteorSentence sentence, int word) {
      return sentence.isFunctionWord(word) ? 1 - CONTENT_WEIGHT : CONTENT_WEIGHT;
    }
  }
}
