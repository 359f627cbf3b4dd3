package io.github.close4j.examples.run;

import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.metric.VqaAccuracy;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.Corpus;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tasks by name, with the corpora that they are made of. */
public enum CorpusTask {
  /** {@link TrainingTask#CAPTIONING_SINGLE}. */
  CAPTIONING_SINGLE(TrainingTask.CAPTIONING_SINGLE, Part.CAPTIONS),
  /** {@link TrainingTask#CAPTIONING_MULTIPLE}. */
  CAPTIONING_MULTIPLE(TrainingTask.CAPTIONING_MULTIPLE, Part.CAPTIONS),
  /** {@link TrainingTask#ENTAILMENT}. */
  ENTAILMENT(TrainingTask.ENTAILMENT, Part.PAIRS),
  /** {@link TrainingTask#VQA}. */
  VQA(TrainingTask.VQA, Part.QUESTIONS, Part.ANNOTATIONS, Part.CAPTIONS),
  /** {@link TrainingTask#VQA_E}. */
  VQA_E(TrainingTask.VQA_E, Part.EXPLANATIONS),
  /** {@link TrainingTask#NEWS}. */
  NEWS(TrainingTask.NEWS, Part.NEWS, Part.ARTICLES),
  /** {@link TrainingTask#style}. */
  STYLE(TrainingTask.style(CorpusTask.DEFAULT_MAX_WORDS), Part.CAPTIONS);

  /** Words that a text is cut to in {@link #STYLE} unless asked otherwise. */
  public static final int DEFAULT_MAX_WORDS = 40;

  private static final String ACCURACY = "accuracy";

  private final TrainingTask<?> task;
  private final Set<Part> parts;

  CorpusTask(TrainingTask<?> task, Part... parts) {
    this.task = task;
    this.parts = EnumSet.copyOf(List.of(parts));
  }

  /**
   * The task's name, such as {@code captioning-single}.
   *
   * @return {@link TrainingTask#name}
   */
  public String title() {
    return task.name();
  }

  /**
   * The task of a name.
   *
   * @param title a task's {@link #title}
   * @return the task
   * @throws IllegalArgumentException if there is no such task
   */
  public static CorpusTask of(String title) {
    for (CorpusTask task : values()) {
      if (task.title().equals(title.toLowerCase(Locale.ROOT))) {
        return task;
      }
    }
    throw new IllegalArgumentException(
        "task: expected one of %s, found %s"
            .formatted(List.of(values()).stream().map(CorpusTask::title).toList(), title));
  }

  /**
   * The reference's batch size.
   *
   * @return {@link TrainingTask#batchSize}
   */
  public int batchSize() {
    return task.batchSize();
  }

  /**
   * The reference's noise.
   *
   * @return {@link TrainingTask#noiseStdDev}
   */
  public double noiseStdDev() {
    return task.noiseStdDev();
  }

  /**
   * The most tokens that the reference generates.
   *
   * @return {@link TrainingTask#maxTokens}
   */
  public int maxTokens() {
    return task.maxTokens();
  }

  /**
   * What models of this task are compared by unless asked otherwise.
   *
   * @return a metric's name, as {@link Evaluation#scores} has it
   */
  public String metric() {
    return switch (this) {
      case ENTAILMENT -> ACCURACY;
      case VQA, VQA_E -> VqaAccuracy.COUNT.title();
      default -> CaptionMetric.CIDER_D.title();
    };
  }

  /** Refuses a corpus that lacks a part, or has one that would not be read. */
  void requireFits(CorpusFiles corpus) {
    if (!corpus.files().keySet().equals(parts)) {
      throw new IllegalArgumentException(
          "corpus of %s: expected %s, found %s"
              .formatted(
                  title(),
                  parts.stream().map(Part::key).toList(),
                  corpus.files().keySet().stream().map(Part::key).toList()));
    }
  }

  /** The corpus's examples; records that cannot be used are told, or end it if that is null. */
  List<TrainingExample> examples(
      CorpusFiles corpus, int maxWords, @Nullable Consumer<? super String> skipped) {
    return switch (this) {
      case CAPTIONING_SINGLE ->
          examples(TrainingTask.CAPTIONING_SINGLE, corpus.captions(), skipped);
      case CAPTIONING_MULTIPLE ->
          examples(TrainingTask.CAPTIONING_MULTIPLE, corpus.captions(), skipped);
      case ENTAILMENT -> examples(TrainingTask.ENTAILMENT, corpus.pairs(), skipped);
      case VQA -> examples(TrainingTask.VQA, corpus.questions(), skipped);
      case VQA_E -> examples(TrainingTask.VQA_E, corpus.explanations(), skipped);
      case NEWS -> examples(TrainingTask.NEWS, corpus.news(), skipped);
      case STYLE -> examples(TrainingTask.style(maxWords), corpus.captions(), skipped);
    };
  }

  private static <T> List<TrainingExample> examples(
      TrainingTask<T> task, Corpus<T> corpus, @Nullable Consumer<? super String> skipped) {
    return task.examples(CorpusFiles.read(corpus, skipped));
  }

  /** Scores what is said of held-out text. */
  BiFunction<List<TrainingExample>, List<String>, Map<String, Double>> scorer() {
    return switch (this) {
      case ENTAILMENT -> (examples, said) -> Map.of(ACCURACY, share(examples, said));
      case VQA, VQA_E -> (examples, said) -> Map.of("one of the targets", share(examples, said));
      default -> Evaluation.captionScores(CaptionMetric.CIDER_D, CaptionMetric.BLEU_4);
    };
  }

  /** The share of texts that are one of the targets, in capitals or not, blanks around aside. */
  private static double share(List<TrainingExample> examples, List<String> said) {
    long right = 0;
    for (int i = 0; i < said.size(); i++) {
      String text = said.get(i).strip();
      if (examples.get(i).targets().stream()
          .anyMatch(target -> target.strip().equalsIgnoreCase(text))) {
        right++;
      }
    }
    return (double) right / said.size();
  }
}
