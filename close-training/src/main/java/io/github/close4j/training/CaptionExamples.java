package io.github.close4j.training;

import io.github.close4j.training.corpus.CaptionedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Examples of captions alone. */
final class CaptionExamples {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private CaptionExamples() {}

  static List<TrainingExample> single(CaptionedImage image) {
    return image.captions().stream().map(CaptionExamples::ofItself).toList();
  }

  static List<TrainingExample> multiple(CaptionedImage image) {
    if (image.captions().size() < 2) {
      throw new IllegalArgumentException(
          "captions of one picture: expected at least 2, found " + image);
    }
    List<TrainingExample> examples = new ArrayList<>();
    for (int i = 0; i < image.captions().size(); i++) {
      List<String> others = new ArrayList<>(image.captions());
      String caption = others.remove(i);
      examples.add(new TrainingExample(List.of(caption), null, others));
    }
    return examples;
  }

  static List<TrainingExample> cut(CaptionedImage text, int maxWords) {
    return text.captions().stream().map(caption -> ofItself(cut(caption, maxWords))).toList();
  }

  private static TrainingExample ofItself(String caption) {
    return new TrainingExample(List.of(caption), null, List.of(caption));
  }

  private static String cut(String text, int maxWords) {
    String[] words = BLANKS.split(text.strip(), maxWords + 1);
    return words.length <= maxWords ? text : String.join(" ", List.of(words).subList(0, maxWords));
  }
}
