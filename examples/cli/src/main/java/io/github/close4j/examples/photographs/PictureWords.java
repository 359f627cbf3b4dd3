package io.github.close4j.examples.photographs;

import io.github.close4j.examples.photographs.ClaimKind.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the captions of one picture say together, by their words. */
final class PictureWords {

  /**
   * A caption.
   *
   * @param set its words, each once
   * @param meant the values that it may mean, of the kinds that two captions can disagree on
   */
  private record Caption(CaptionWords words, Set<String> set, Map<ClaimKind, Set<Value>> meant) {
    static Caption of(String text) {
      CaptionWords words = CaptionWords.of(text);
      Set<String> set = Set.copyOf(words.words());
      Map<ClaimKind, Set<Value>> meant = new EnumMap<>(ClaimKind.class);
      for (ClaimKind kind : ClaimKind.values()) {
        Set<Value> values = kind.meantBy(set);
        // Colours belong to nouns: a red shirt does not contradict a blue ball.
        if (kind != ClaimKind.COLOUR && !values.isEmpty()) {
          meant.put(kind, values);
        }
      }
      return new Caption(words, set, meant);
    }

    boolean contradicts(Caption other) {
      return meant.entrySet().stream()
          .anyMatch(
              entry ->
                  other.meant.containsKey(entry.getKey())
                      && Collections.disjoint(
                          entry.getValue(), other.meant.getOrDefault(entry.getKey(), Set.of())));
    }
  }

  private final List<Caption> captions;
  private final Set<String> all = new HashSet<>();
  private final Set<CaptionWords> disputed = new HashSet<>();

  PictureWords(List<String> captions) {
    this.captions = captions.stream().map(Caption::of).toList();
    for (Caption caption : this.captions) {
      all.addAll(caption.set);
      if (this.captions.stream().anyMatch(caption::contradicts)) {
        disputed.add(caption.words);
      }
    }
  }

  static List<PictureWords> of(List<List<String>> captions) {
    return captions.stream().map(PictureWords::new).toList();
  }

  List<CaptionWords> captions() {
    return captions.stream().map(Caption::words).toList();
  }

  /** All words of all captions. */
  Set<String> all() {
    return all;
  }

  /** The captions that have one of these words. */
  List<CaptionWords> captionsWith(Set<String> words) {
    List<CaptionWords> with = new ArrayList<>();
    for (Caption caption : captions) {
      if (!Collections.disjoint(caption.set, words)) {
        with.add(caption.words);
      }
    }
    return with;
  }

  /**
   * Whether another caption says otherwise than this one: that a woman is there and no man, three
   * dogs and not two.
   */
  boolean isDisputed(CaptionWords caption) {
    return disputed.contains(caption);
  }
}
