package io.github.close4j.examples.photographs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.photographs.StyleJudge.Style;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class StyleJudgeTest {
  private static final Path TEXT = Path.of("../../../shared/data/text");
  private static final int TRAINING = 6_000;

  private static final List<List<String>> PLAIN =
      List.of(
          List.of("A dog runs in the snow .", "A brown dog in snow"),
          List.of("A girl on a red swing .", "A child swings"));

  @Test
  void naiveBayesIsItsFormula() {
    // Of x: a twice, b, "^ a" twice, "a b", "b $", "a $"; 8 in all. Of y: b, "^ b", "b $".
    // There are 7 different ones.
    TextClassifier<String> classifier =
        new TextClassifier<>(Map.of("x", List.of("a b", "A!"), "y", List.of("b")));
    // b, a, "^ b", "a $": 2·3·1·2 / 15⁴ = 2.4e-4 and 2·1·2·1 / 10⁴ = 4.0e-4; "b a" is not known.
    assertEquals("y", classifier.kindOf("b a"));
    // a, b, b, "^ a", "a b", "b $": 3·2·2·3·2·2 / 15⁶ = 1.3e-5 and 1·2·2·1·1·2 / 10⁶ = 0.8e-5.
    assertEquals("x", classifier.kindOf("A , b b"));
    assertEquals("x", classifier.kindOf("nothing known"));
    assertEquals(0.5, classifier.share(List.of("a", "b"), "y"));
  }

  @Test
  void oneKindCannotBeToldFromOthers() {
    assertThrows(
        IllegalArgumentException.class, () -> new StyleJudge(Map.of(Style.PLAIN, List.of("a"))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new StyleJudge(Map.of(Style.PLAIN, List.of("a"), Style.ROMANTIC, List.of())));
  }

  @Test
  void aStyledCaptionBelongsToThePictureWhosePlainCaptionItRepeats() {
    assertEquals(
        List.of(
            List.of("a dog runs in the snow to meet his lover ."),
            List.of("A CHILD SWINGS up to heaven")),
        StyledCaptions.byPicture(
            PLAIN,
            List.of("a dog runs in the snow to meet his lover .", "A CHILD SWINGS up to heaven")));
  }

  @Test
  void whatIsLikeNoneOrSeveralIsLeftOut() {
    List<String> unclear = List.of("love", ".", "a dream of a");
    assertEquals(List.of(List.of(), List.of()), StyledCaptions.byPicture(PLAIN, unclear));
    List<List<String>> twice = List.of(PLAIN.get(0), PLAIN.get(0));
    assertEquals(
        List.of(List.of(), List.of()),
        StyledCaptions.byPicture(twice, List.of("a brown dog in snow")));
    assertEquals(List.of(), StyledCaptions.byPicture(List.of(), List.of("a dog")));
  }

  private static List<String> styled(String file) {
    Path path = TEXT.resolve(file);
    Assumptions.assumeTrue(Files.exists(path), () -> "skipped: no styled captions at " + path);
    return Corpus.lines(path).read().stream()
        .map(CaptionedImage::captions)
        .map(captions -> captions.get(0))
        .toList();
  }

  /**
   * FlickrStyle's captions are of the very photographs of Flickr8k's training and validation that
   * are here, in their order; so those of validation must not be trained on. By content alone, 86%
   * are found to belong to a picture, and those of validation are told from the others in all but
   * 46 cases of 2 000.
   */
  @Test
  void flickrStylesCaptionsAreOfTrainingAndValidationPhotographs() {
    List<List<String>> plain = new ArrayList<>(DrawnCaptions.flickr8k("train"));
    plain.addAll(DrawnCaptions.flickr8k("validation"));
    Map<Style, List<String>> training = new EnumMap<>(Style.class);
    Map<Style, List<String>> held = new EnumMap<>(Style.class);
    training.put(Style.PLAIN, plain.subList(0, TRAINING).stream().map(c -> c.get(0)).toList());
    held.put(Style.PLAIN, plain.subList(TRAINING, 7_000).stream().map(c -> c.get(0)).toList());
    Map<Style, List<String>> files =
        Map.of(
            Style.ROMANTIC, styled("flickrstyle_romantic.txt.gz"),
            Style.HUMOROUS, styled("flickrstyle_funny.txt.gz"));
    files.forEach(
        (style, lines) -> {
          List<List<String>> byPicture = StyledCaptions.byPicture(plain, lines);
          int found = byPicture.stream().mapToInt(List::size).sum();
          List<String> ofTraining = flat(byPicture.subList(0, TRAINING));
          long leaked =
              ofTraining.stream().filter(lines.subList(TRAINING, 7_000)::contains).count();
          assertTrue(found > 0.85 * lines.size(), style + ": " + found);
          assertTrue(leaked < 0.03 * 1_000, style + ": " + leaked);
          training.put(style, ofTraining);
          held.put(style, flat(byPicture.subList(TRAINING, 7_000)));
        });
    StyleJudge judge = new StyleJudge(training);
    // Three styles; by chance a third of each. Humorous captions are often plain ones and a word.
    assertTrue(judge.share(held.get(Style.PLAIN), Style.PLAIN) > 0.82);
    assertTrue(judge.share(held.get(Style.ROMANTIC), Style.ROMANTIC) > 0.58);
    assertTrue(judge.share(held.get(Style.HUMOROUS), Style.HUMOROUS) > 0.42);
  }

  private static List<String> flat(List<List<String>> byPicture) {
    return byPicture.stream().flatMap(List::stream).toList();
  }
}
