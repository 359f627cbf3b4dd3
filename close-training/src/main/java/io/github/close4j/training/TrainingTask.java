package io.github.close4j.training;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.EntailmentPair;
import io.github.close4j.training.corpus.NewsPicture;
import io.github.close4j.training.corpus.VisualQuestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A task: how records of a corpus become training examples, and how the reference trains on them.
 * (CLOSE, section 3; reference: {@code experiments/train.py} and {@code data/*.py}.)
 *
 * <p>Texts are as the corpus has them; only the trainer lower-cases what T5 is to say.
 *
 * @param <T> the records that examples are made of
 */
public final class TrainingTask<T> {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** From this count on an answer is fully right by VQA's accuracy. */
  private static final int ENOUGH = 3;

  /** A caption is to be said from its own vector. Examples: one a caption. */
  public static final TrainingTask<CaptionedImage> CAPTIONING_SINGLE =
      new TrainingTask<>(
          "captioning-single",
          128,
          0.12,
          32,
          image -> image.captions().stream().map(TrainingTask::ofItself).toList());

  /**
   * All other captions of the picture are to be said from a caption's vector. Examples: one a
   * caption; a picture with one caption alone is an {@link IllegalArgumentException}.
   */
  public static final TrainingTask<CaptionedImage> CAPTIONING_MULTIPLE =
      new TrainingTask<>("captioning-multiple", 32, 0.04, 32, TrainingTask::ofOthers);

  /** Whether a hypothesis follows is to be said from the premise's vector. Examples: one a pair. */
  public static final TrainingTask<EntailmentPair> ENTAILMENT =
      new TrainingTask<>(
          "entailment",
          128,
          0.08,
          8,
          pair ->
              List.of(
                  new TrainingExample(
                      List.of(pair.premise()), pair.hypothesis(), List.of(pair.label()))));

  /**
   * A question is to be answered from the mean vector of all captions. Examples: one a question.
   *
   * <p>Targets are the most frequent answers: the first, and then each that is as frequent as it or
   * was given at least three times, up to the first that is neither. Of equally frequent answers
   * the one given earlier comes first.
   */
  public static final TrainingTask<VisualQuestion> VQA =
      new TrainingTask<>("vqa", 128, 0.04, 16, TrainingTask::ofQuestion);

  /** A question is to be answered from the vector of an explanation; otherwise as {@link #VQA}. */
  public static final TrainingTask<VisualQuestion> VQA_E =
      new TrainingTask<>("vqa-e", 128, 0.04, 16, TrainingTask::ofQuestion);

  /**
   * A caption is to be said from its own vector and the article's first line. Examples: one a
   * picture. Trained without noise.
   *
   * <p>The reference generates 16 to 30 tokens; this is the greater number.
   */
  public static final TrainingTask<NewsPicture> NEWS =
      new TrainingTask<>(
          "news",
          16,
          0,
          30,
          picture ->
              List.of(
                  new TrainingExample(
                      List.of(picture.caption()), picture.article(), List.of(picture.caption()))));

  private final String name;
  private final int batchSize;
  private final double noiseStdDev;
  private final int maxTokens;
  private final Function<? super T, List<TrainingExample>> examples;

  private TrainingTask(
      String name,
      int batchSize,
      double noiseStdDev,
      int maxTokens,
      Function<? super T, List<TrainingExample>> examples) {
    this.name = name;
    this.batchSize = batchSize;
    this.noiseStdDev = noiseStdDev;
    this.maxTokens = maxTokens;
    this.examples = examples;
  }

  /**
   * Captioning in the style of a corpus: a text is to be said from its own vector, cut to its first
   * words, since CLIP reads no more than 77 tokens. Examples: one a text.
   *
   * <p>Batch size, noise and length are those of {@link #CAPTIONING_SINGLE}.
   *
   * @param maxWords how many words of a text to keep, at least 1
   * @return the task
   * @throws IllegalArgumentException if {@code maxWords} is less than 1
   */
  public static TrainingTask<CaptionedImage> style(int maxWords) {
    if (maxWords < 1) {
      throw new IllegalArgumentException("maxWords: expected at least 1, found " + maxWords);
    }
    return new TrainingTask<>(
        "style",
        128,
        0.12,
        32,
        text -> text.captions().stream().map(line -> ofItself(cut(line, maxWords))).toList());
  }

  private static TrainingExample ofItself(String caption) {
    return new TrainingExample(List.of(caption), null, List.of(caption));
  }

  private static List<TrainingExample> ofOthers(CaptionedImage image) {
    if (image.captions().size() < 2) {
      throw new IllegalArgumentException(
          "captions of one picture: expected at least 2, found " + image);
    }
    List<TrainingExample> all = new ArrayList<>();
    for (int i = 0; i < image.captions().size(); i++) {
      List<String> others = new ArrayList<>(image.captions());
      String caption = others.remove(i);
      all.add(new TrainingExample(List.of(caption), null, others));
    }
    return all;
  }

  private static String cut(String text, int maxWords) {
    String[] words = BLANKS.split(text.strip(), maxWords + 1);
    return words.length <= maxWords ? text : String.join(" ", List.of(words).subList(0, maxWords));
  }

  private static List<TrainingExample> ofQuestion(VisualQuestion question) {
    return List.of(
        new TrainingExample(
            question.imageTexts(), question.question(), answers(question.answers())));
  }

  private static List<String> answers(List<String> given) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    given.forEach(answer -> counts.merge(answer, 1, Integer::sum));
    List<Map.Entry<String, Integer>> byCount = new ArrayList<>(counts.entrySet());
    // Stable: answers of the same count stay in the order in which they were given.
    byCount.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    int most = byCount.get(0).getValue();
    return byCount.stream()
        .takeWhile(answer -> answer.getValue() == most || answer.getValue() >= ENOUGH)
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * The task's name, such as {@code captioning-single}.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The reference's batch size.
   *
   * @return examples a step, at least 1
   */
  public int batchSize() {
    return batchSize;
  }

  /**
   * The reference's standard deviation of Gaussian noise on each component of the unit vector.
   *
   * @return 0 or more
   */
  public double noiseStdDev() {
    return noiseStdDev;
  }

  /**
   * The most tokens that the reference generates for this task.
   *
   * @return at least 1
   */
  public int maxTokens() {
    return maxTokens;
  }

  /**
   * The examples of a record.
   *
   * @param record the record
   * @return its examples, at least one
   * @throws IllegalArgumentException if the record gives none
   */
  @CheckReturnValue
  public List<TrainingExample> examples(T record) {
    return examples.apply(record);
  }

  /**
   * The examples of records, such as {@link io.github.close4j.training.corpus.Corpus#read()} gives.
   *
   * @param records the records
   * @return their examples, in the records' order
   * @throws IllegalArgumentException if a record gives none
   */
  @CheckReturnValue
  public List<TrainingExample> examples(Collection<? extends T> records) {
    List<TrainingExample> all = new ArrayList<>();
    records.forEach(record -> all.addAll(examples.apply(record)));
    return all;
  }

  /** The task's name. */
  @Override
  public String toString() {
    return name;
  }
}
