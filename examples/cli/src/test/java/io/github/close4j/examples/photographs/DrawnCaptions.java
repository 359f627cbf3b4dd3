package io.github.close4j.examples.photographs;

import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;

/**
 * Captions for tests: drawn ones, of which the truth is known, and Flickr8k's where it is there.
 */
final class DrawnCaptions {
  private static final Path FLICKR8K = Path.of("../../../shared/data/flickr8k");

  private static final String[] COLOURS = {"black", "white", "brown", "orange"};
  private static final String[] BEINGS = {"dog", "cat", "horse", "man", "woman", "boy", "girl"};
  private static final String[] ACTIONS = {"running", "sitting", "jumping", "sleeping", "standing"};
  private static final String[] PLACES = {"snow", "grass", "sand", "water"};
  private static final String[] NUMBERS = {"two", "three", "four", "2", "several"};

  private DrawnCaptions() {}

  /** Captions by picture: agreeing and disagreeing ones, and some that say nothing. */
  static List<List<String>> of(int pictures, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<String>> all = new ArrayList<>();
    for (int picture = 0; picture < pictures; picture++) {
      all.add(ofPicture(random));
    }
    return all;
  }

  private static List<String> ofPicture(SplittableRandom random) {
    String colour = pick(COLOURS, random);
    String being = pick(BEINGS, random);
    String action = pick(ACTIONS, random);
    String place = pick(PLACES, random);
    String number = pick(NUMBERS, random);
    boolean plural = random.nextInt(4) == 0;
    List<String> captions = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    while (captions.size() < count) {
      String said = random.nextInt(8) == 0 ? pick(COLOURS, random) : colour;
      String seen = random.nextInt(12) == 0 ? pick(BEINGS, random) : being;
      String caption =
          switch (random.nextInt(plural ? 7 : 6)) {
            case 0 -> "A %s %s is %s in the %s .".formatted(said, seen, action, place);
            case 1 -> "the %s %s".formatted(said, seen);
            case 2 -> "A %s is %s in the %s with an orange".formatted(seen, action, place);
            case 3 -> "THE %s %s , %s!".formatted(said, seen, action);
            case 4 -> "Somebody 's %s  %s in %s".formatted(said, seen, place);
            case 5 -> random.nextBoolean() ? "." : "It is a nice picture";
            default -> "%s %s are %s in the %s".formatted(number, plural(seen), action, place);
          };
      captions.add(random.nextInt(9) == 0 ? caption.toUpperCase(Locale.ROOT) : caption);
    }
    return captions;
  }

  private static String plural(String being) {
    return being.endsWith("man") ? being.replaceFirst("man$", "men") : being + "s";
  }

  private static String pick(String[] choices, SplittableRandom random) {
    return choices[random.nextInt(choices.length)];
  }

  /**
   * Flickr8k's captions of a split, {@code train} or {@code validation}; or the test is skipped.
   */
  static List<List<String>> flickr8k(String split) {
    Path file = FLICKR8K.resolve(split + ".jsonl");
    Assumptions.assumeTrue(Files.exists(file), () -> "skipped: no captions of Flickr8k at " + file);
    return Corpus.captions(file).read().stream().map(CaptionedImage::captions).toList();
  }
}
