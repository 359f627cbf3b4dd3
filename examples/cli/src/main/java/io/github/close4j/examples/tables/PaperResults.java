package io.github.close4j.examples.tables;

import java.util.Map;

/**
 * The paper's numbers (Gu et al. 2023, ViT-L/14 and T5-base; CIDEr-D for captions, accuracy
 * otherwise).
 */
final class PaperResults {
  /** COCO captioning single and multiple, SNLI-VE, VQA v2 (test). */
  static final Map<StudyPart, String> NO_NOISE = main("16.4", "68.7", "68.2", "60.2");

  static final Map<StudyPart, String> FIXED_NOISE = main("80.5", "95.3", "75.9", "59.6");
  static final Map<StudyPart, String> TUNED_NOISE = main("95.4", "98.4", "75.9", "61.9");
  static final Map<StudyPart, String> IMAGES = main("113.2", "113.2", "77.7", "65.4");

  /** Captioning single (validation), by what shifts the text vectors. */
  static final String NO_SHIFT = "94.4";

  static final String MEAN_SHIFT = "92.8";
  static final String MINUS_MEAN = "84.3";

  /** By the length of the random shift. */
  static final Map<Double, String> RANDOM_SHIFT =
      Map.of(0.2, "93.5", 0.5, "92.5", 1.0, "87.2", 2.0, "73.7");

  /** Captioning, by the adapter. */
  static final String NO_ADAPTER = "94.3";

  static final Map<PictureSet, String> COVARIANCE =
      Map.of(PictureSet.HELD_OUT_PAIRS, "106.5", PictureSet.OTHER_PAIRS, "95.1");

  static final Map<PictureSet, String> LINEAR =
      Map.of(PictureSet.HELD_OUT_PAIRS, "99.5", PictureSet.OTHER_PAIRS, "81.8");

  static final Map<T5Size, String> SIZE =
      Map.of(T5Size.SMALL, "94.4", T5Size.BASE, "95.4", T5Size.LARGE, "93.9");

  /** The mean cosine of a COCO caption and its own picture, and of two unrelated captions. */
  static final String PAIR_COSINE = "0.26";

  static final String UNRELATED_TEXT_COSINE = "0.35";

  private PaperResults() {}

  private static Map<StudyPart, String> main(
      String single, String multiple, String entailment, String questions) {
    return Map.of(
        StudyPart.CAPTIONING_SINGLE, single,
        StudyPart.CAPTIONING_MULTIPLE, multiple,
        StudyPart.ENTAILMENT, entailment,
        StudyPart.QUESTIONS, questions);
  }

  /** One of several numbers; the tables ask for no other than the paper has. */
  static <K> String of(Map<K, String> numbers, K key) {
    String number = numbers.get(key);
    if (number == null) {
      throw new IllegalArgumentException(
          "the paper's numbers: expected one of %s, found %s".formatted(numbers.keySet(), key));
    }
    return number;
  }
}
