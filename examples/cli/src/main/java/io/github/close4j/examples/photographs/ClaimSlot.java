package io.github.close4j.examples.photographs;

import io.github.close4j.examples.photographs.ClaimKind.Value;
import io.github.close4j.training.corpus.EntailmentPair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A word of a caption that may be changed, since it is certain what it says of the picture.
 *
 * @param picture number of the picture
 * @param words all that the picture's captions say
 * @param caption the caption, which none of the others disputes
 * @param place place of the word in the caption
 * @param premise another caption of the picture that says the same
 * @param column column of the word among its value's forms
 * @param fits how well each word of the kind suits the caption
 */
record ClaimSlot(
    int picture,
    PictureWords words,
    CaptionWords caption,
    int place,
    String premise,
    ClaimKind kind,
    Value value,
    int column,
    Map<String, Double> fits) {

  /** The words of one kind that may be changed in the captions of a picture. */
  static List<ClaimSlot> of(ClaimKind kind, int picture, PictureWords words, WordFit fit) {
    List<ClaimSlot> slots = new ArrayList<>();
    if (kind.isLeftOpenBy(words.all())) {
      return slots;
    }
    for (Value value : kind.alternatives()) {
      List<CaptionWords> witnesses = words.captionsWith(value.names());
      for (CaptionWords caption : witnesses) {
        int place = onlyPlace(value, caption);
        Optional<CaptionWords> premise = premise(caption, caption.at(place + 1), witnesses);
        if (place >= 0 && premise.isPresent() && isCertain(kind, place, caption, words)) {
          String word = caption.at(place);
          slots.add(
              new ClaimSlot(
                  picture,
                  words,
                  caption,
                  place,
                  premise.get().text(),
                  kind,
                  value,
                  value.forms().indexOf(word),
                  fit.of(caption, word, words)));
        }
      }
    }
    return slots;
  }

  private static boolean isCertain(
      ClaimKind kind, int place, CaptionWords caption, PictureWords words) {
    if (kind == ClaimKind.COLOUR) {
      Optional<String> agreed = NounColours.agreed(Set.of(caption.at(place + 1)), words);
      return !words.isDisputed(caption) && agreed.filter(caption.at(place)::equals).isPresent();
    }
    return !words.isDisputed(caption);
  }

  /** Another caption that says the same, of the same thing if there is one. */
  private static Optional<CaptionWords> premise(
      CaptionWords caption, String next, List<CaptionWords> witnesses) {
    return witnesses.stream()
        .filter(other -> !other.words().equals(caption.words()))
        .min(Comparator.comparing(other -> !other.words().contains(next)));
  }

  /** The place of the one word of a caption that may mean the value, or −1. */
  private static int onlyPlace(Value value, CaptionWords caption) {
    List<String> meaning = caption.words().stream().filter(value.all()::contains).toList();
    boolean isOnly = meaning.size() == 1 && value.forms().contains(meaning.get(0));
    return isOnly ? caption.words().indexOf(meaning.get(0)) : -1;
  }

  String word() {
    return value.forms().get(column);
  }

  /** What a slot must share with another to exchange words with it: its column and neighbours. */
  List<Object> frame() {
    return List.of(column, caption.at(place - 1), caption.at(place + 1));
  }

  boolean canExchangeWith(ClaimSlot other) {
    return picture != other.picture
        && value.excludes(other.value, words.all())
        && other.value.excludes(value, other.words.all());
  }

  /**
   * How much better the two words suit their own captions than each other's, by log-probability:
   * near 0 where who knows the texts alone is misled as often as led.
   */
  double betrayal(ClaimSlot other) {
    return fit(word()) - fit(other.word()) + other.fit(other.word()) - other.fit(word());
  }

  private double fit(String word) {
    return Objects.requireNonNull(fits.get(word), word);
  }

  /** The caption, a true claim, and the caption with the other's word, a false one. */
  List<PhotographClaim> exchangedWith(ClaimSlot other) {
    return List.of(
        claim(caption.text(), PhotographClaim.ENTAILMENT),
        claim(caption.with(place, other.word()), PhotographClaim.CONTRADICTION));
  }

  private PhotographClaim claim(String hypothesis, String label) {
    return new PhotographClaim(picture, kind, new EntailmentPair(premise, hypothesis, label));
  }
}
