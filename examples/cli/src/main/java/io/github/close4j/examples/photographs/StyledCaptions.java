package io.github.close4j.examples.photographs;

import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.Multimap;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Captions in a style, by the picture of which they were written.
 *
 * <p>FlickrStyle's romantic and humorous captions stand in files of their own, a caption a line,
 * and do not name their pictures, which are Flickr8k's. Most repeat a plain caption and add to it
 * ("a dog runs", "a dog runs to meet its lover"). So a caption's picture is the one with the plain
 * caption that is most like it, rare words counting more:
 *
 * <pre>
 *   likeness(s, c) = Σ_{w in s and c} idf(w) / √(Σ_{w in s} idf(w) · Σ_{w in c} idf(w))
 *   idf(w)         = ln(N / df(w))
 * </pre>
 *
 * <p>{@code w} runs over different words, {@code N} is the number of plain captions and {@code df}
 * the number of those that have the word; words of no plain caption do not count.
 */
public final class StyledCaptions {

  /** So much more like its own picture's caption than any other's a caption must be. */
  private static final double CLEARLY = 1.1;

  /** Number of the picture of each plain caption. */
  private final int[] pictures;

  /** The plain captions that have a word, and how much the word counts. */
  private record Entry(int[] captions, double weight) {}

  private final Map<String, Entry> entries = new HashMap<>();

  /** The sum of the weights of each plain caption's words. */
  private final double[] weights;

  private StyledCaptions(List<List<String>> plain) {
    List<Integer> pictureOf = new ArrayList<>();
    Multimap<String, Integer> captionsWith = LinkedHashMultimap.create();
    for (int picture = 0; picture < plain.size(); picture++) {
      for (String caption : plain.get(picture)) {
        for (String word : CaptionWords.of(caption).words()) {
          captionsWith.put(word, pictureOf.size());
        }
        pictureOf.add(picture);
      }
    }
    pictures = Ints.toArray(pictureOf);
    weights = new double[pictures.length];
    captionsWith
        .asMap()
        .forEach(
            (word, captions) -> {
              double weight = Math.log((double) pictures.length / captions.size());
              captions.forEach(caption -> weights[caption] += weight);
              entries.put(word, new Entry(Ints.toArray(captions), weight));
            });
  }

  /**
   * Sorts captions by picture.
   *
   * @param plain plain captions by picture, of all pictures of which the others may have been
   *     written: those of training and those of validation
   * @param styled the captions in a style; those that suit no picture clearly better than all
   *     others are left out
   * @return the styled captions of each picture, in the order of the pictures; lists may be empty
   */
  public static List<List<String>> byPicture(List<List<String>> plain, List<String> styled) {
    StyledCaptions captions = new StyledCaptions(plain);
    List<List<String>> byPicture = new ArrayList<>();
    plain.forEach(picture -> byPicture.add(new ArrayList<>()));
    for (String caption : styled) {
      int picture = captions.pictureOf(CaptionWords.of(caption));
      if (picture >= 0) {
        byPicture.get(picture).add(caption);
      }
    }
    return byPicture;
  }

  /** The picture of the plain caption most like a styled one, or −1 if that is not clear. */
  private int pictureOf(CaptionWords styled) {
    double[] shared = new double[pictures.length];
    for (String word : new LinkedHashSet<>(styled.words())) {
      Entry entry = entries.get(word);
      if (entry != null) {
        for (int caption : entry.captions) {
          shared[caption] += entry.weight;
        }
      }
    }
    int best = -1;
    double most = 0;
    double mostOfOthers = 0;
    for (int caption = 0; caption < shared.length; caption++) {
      // The styled caption's own weight is the same for all.
      double likeness = shared[caption] == 0 ? 0 : shared[caption] / Math.sqrt(weights[caption]);
      int picture = pictures[caption];
      if (likeness > most) {
        mostOfOthers = picture == best ? mostOfOthers : most;
        most = likeness;
        best = picture;
      } else if (picture != best) {
        mostOfOthers = Math.max(mostOfOthers, likeness);
      }
    }
    return most > CLEARLY * mostOfOthers ? best : -1;
  }
}
