package io.github.close4j.examples.photographs;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.Multimaps;
import io.github.close4j.examples.photographs.ClaimKind.Value;
import io.github.close4j.training.corpus.EntailmentPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A claim on a photograph and whether it is true.
 *
 * <p>A true claim is a caption of the picture; a false one is a caption of the picture with one
 * word changed ("a brown dog", "a black dog"). Two captions at least must have the word that is
 * changed, and none the new one or another that may mean it ({@link ClaimKind}). A number is read
 * as exact: three dogs are not two.
 *
 * <p>Claims come in fours: two captions of different pictures exchange a word that stands between
 * the same neighbours, and each is a claim with its own word and with the other's. So every word
 * and every pair of neighbouring words is as frequent in true claims as in false ones. What is left
 * to who sees the text alone is how well the word suits what stands further off, and those captions
 * exchange words for whom this betrays least ({@link WordFit}).
 *
 * <p>There is no neutral label. Five captions do not tell all that is in a picture, so whether a
 * claim on something else is true is not known; and that a claim is one that no picture can decide
 * ("the dog is called Rex") is told by the text alone.
 *
 * @param picture number of the picture among those drawn from, starting at 0
 * @param kind what was changed, or could have been
 * @param pair the claim as hypothesis, and as premise another caption of the picture; the label is
 *     {@link #ENTAILMENT} or {@link #CONTRADICTION}
 */
public record PhotographClaim(int picture, ClaimKind kind, EntailmentPair pair) {
  /** The label of what is true. */
  public static final String ENTAILMENT = "entailment";

  /** The label of what is false. */
  public static final String CONTRADICTION = "contradiction";

  /** The greatest {@link ClaimSlot#betrayal}; below it are three in four claims of Flickr8k. */
  private static final double MAX_BETRAYAL = 1;

  /**
   * Draws claims.
   *
   * @param captions captions by picture; a picture gives two claims of a kind or none, and one with
   *     a single caption gives none
   * @param others captions of other pictures, which only show what words suit each other; may be
   *     empty, but a thousand pictures are too few for that
   * @param random decides between captions and words; equal states give equal claims
   * @return the claims, in the order of the pictures; of each kind as many are true as are false
   */
  public static List<PhotographClaim> draw(
      List<List<String>> captions, List<List<String>> others, SplittableRandom random) {
    List<PictureWords> words = PictureWords.of(captions);
    List<PictureWords> all = new ArrayList<>(words);
    all.addAll(PictureWords.of(others));
    List<PhotographClaim> claims = new ArrayList<>();
    for (ClaimKind kind : ClaimKind.values()) {
      WordFit fit = new WordFit(names(kind), all);
      List<ClaimSlot> slots = new ArrayList<>();
      for (int picture = 0; picture < words.size(); picture++) {
        slots.addAll(ClaimSlot.of(kind, picture, words.get(picture), fit));
      }
      Collections.shuffle(slots, new Random(random.nextLong()));
      addFours(slots, claims);
    }
    claims.sort(Comparator.comparingInt(PhotographClaim::picture));
    return claims;
  }

  private static Set<String> names(ClaimKind kind) {
    return kind.alternatives().stream()
        .map(Value::names)
        .flatMap(Set::stream)
        .collect(Collectors.toSet());
  }

  /** Lets each slot exchange words with the one that betrays least, a picture but once. */
  private static void addFours(List<ClaimSlot> slots, List<PhotographClaim> claims) {
    ListMultimap<List<Object>, ClaimSlot> byFrame = Multimaps.index(slots, ClaimSlot::frame);
    Set<Integer> used = new HashSet<>();
    for (ClaimSlot slot : slots) {
      if (used.contains(slot.picture())) {
        continue;
      }
      byFrame.get(slot.frame()).stream()
          .filter(other -> !used.contains(other.picture()) && slot.canExchangeWith(other))
          .min(Comparator.comparingDouble(other -> Math.abs(slot.betrayal(other))))
          .filter(partner -> Math.abs(slot.betrayal(partner)) <= MAX_BETRAYAL)
          .ifPresent(
              partner -> {
                used.add(slot.picture());
                used.add(partner.picture());
                claims.addAll(slot.exchangedWith(partner));
                claims.addAll(partner.exchangedWith(slot));
              });
    }
  }
}
