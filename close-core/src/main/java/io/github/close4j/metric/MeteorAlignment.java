package io.github.close4j.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which words of a candidate stand for which of a reference.
 *
 * <p>Of all alignments, the one with the most pairs of equal words; of those, the one with the
 * fewest chunks, then with the most pairs, then with the shortest moves. A word that can stand for
 * one word only, which can stand for no other, always does. So do METEOR 1.5's results read, whose
 * paper counts pairs of equal stems among the first criterion.
 *
 * @param matches in the reference's order
 * @param chunks runs of matches that are contiguous and in the same order in both
 */
record MeteorAlignment(List<Match> matches, int chunks) {
  /** Alignments kept after each word of the reference, as in METEOR. */
  private static final int BEAM_SIZE = 40;

  /**
   * A pair of words.
   *
   * @param candidate position in the candidate
   * @param reference position in the reference
   * @param exact whether the words are equal, not just their stems
   */
  record Match(int candidate, int reference, boolean exact) {
    boolean follows(@Nullable Match before) {
      return before != null
          && candidate == before.candidate + 1
          && reference == before.reference + 1;
    }
  }

  static MeteorAlignment of(MeteorSentence candidate, MeteorSentence reference) {
    List<Partial> beam = List.of(Partial.START);
    for (int word = 0; word < reference.size(); word++) {
      List<Match> options = options(candidate, reference, word);
      boolean forced = options.size() == 1 && reference.count(reference.stem(word)) == 1;
      List<Partial> next = new ArrayList<>();
      for (Partial partial : beam) {
        for (Match option : options) {
          if (!partial.uses(option.candidate())) {
            next.add(partial.with(option));
          }
        }
        if (!forced) {
          next.add(partial);
        }
      }
      next.sort(Partial.BEST_FIRST);
      beam = next.subList(0, Math.min(next.size(), BEAM_SIZE));
    }
    return beam.get(0).toAlignment();
  }

  private static List<Match> options(MeteorSentence candidate, MeteorSentence reference, int word) {
    List<Match> options = new ArrayList<>();
    for (int other = 0; other < candidate.size(); other++) {
      if (candidate.stem(other).equals(reference.stem(word))) {
        boolean exact = candidate.word(other).equals(reference.word(word));
        options.add(new Match(other, word, exact));
      }
    }
    return options;
  }

  /** An alignment of the reference's first words, as a list from its last match back. */
  private record Partial(
      @Nullable Partial before,
      @Nullable Match last,
      int matches,
      int exactMatches,
      int chunks,
      int distance) {
    static final Partial START = new Partial(null, null, 0, 0, 0, 0);
    static final Comparator<Partial> BEST_FIRST =
        Comparator.comparingInt((Partial partial) -> -partial.exactMatches)
            .thenComparingInt(Partial::chunks)
            .thenComparingInt(partial -> -partial.matches)
            .thenComparingInt(Partial::distance);

    boolean uses(int candidate) {
      for (Partial partial = this; partial != null; partial = partial.before) {
        if (partial.last != null && partial.last.candidate() == candidate) {
          return true;
        }
      }
      return false;
    }

    Partial with(Match match) {
      return new Partial(
          this,
          match,
          matches + 1,
          match.exact() ? exactMatches + 1 : exactMatches,
          match.follows(last) ? chunks : chunks + 1,
          distance + Math.abs(match.candidate() - match.reference()));
    }

    MeteorAlignment toAlignment() {
      List<Match> found = new ArrayList<>();
      for (Partial partial = this; partial != null; partial = partial.before) {
        if (partial.last != null) {
          found.add(0, partial.last);
        }
      }
      return new MeteorAlignment(List.copyOf(found), chunks);
    }
  }
}
