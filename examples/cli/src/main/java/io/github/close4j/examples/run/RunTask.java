package io.github.close4j.examples.run;

import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.metric.VqaAccuracy;
import io.github.close4j.training.TextEvaluator;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.MalformedRecords;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The tasks by name, with the corpora that they are made of. */
public enum RunTask {
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
  STYLE(TrainingTask.style(RunTask.DEFAULT_MAX_WORDS), Part.CAPTIONS);

  /** Words that a text is cut to in {@link #STYLE} unless asked otherwise. */
  public static final int DEFAULT_MAX_WORDS = 40;

  private static final String ACCURACY = "accuracy";

  private final TrainingTask<?> task;
  private final Set<Part> parts;

  RunTask(TrainingTask<?> task, Part... parts) {
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
  public static RunTask of(String title) {
    for (RunTask task : values()) {
      if (task.title().equals(title.toLowerCase(Locale.ROOT))) {
        return task;
      }
    }
    throw new IllegalArgumentException(
        "task: expected one of %s, found %s"
            .formatted(List.of(values()).stream().map(RunTask::title).toList(), title));
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
   * @return a metric's name, as {@link io.github.close4j.training.EvaluationReport#scores} has it
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

  List<TrainingExample> examples(CorpusFiles corpus, int maxWords, MalformedRecords malformed) {
    return switch (this) {
      case CAPTIONING_SINGLE ->
          TrainingTask.CAPTIONING_SINGLE.examples(corpus.captions().read(malformed));
      case CAPTIONING_MULTIPLE ->
          TrainingTask.CAPTIONING_MULTIPLE.examples(corpus.captions().read(malformed));
      case ENTAILMENT -> TrainingTask.ENTAILMENT.examples(corpus.pairs().read(malformed));
      case VQA -> TrainingTask.VQA.examples(corpus.questions().read(malformed));
      case VQA_E -> TrainingTask.VQA_E.examples(corpus.explanations().read(malformed));
      case NEWS -> TrainingTask.NEWS.examples(corpus.news().read(malformed));
      case STYLE -> TrainingTask.style(maxWords).examples(corpus.captions().read(malformed));
    };
  }

  /** Scores what is said of held-out text. */
  TextEvaluator evaluator() {
    return switch (this) {
      case ENTAILMENT -> (examples, generated) -> Map.of(ACCURACY, share(examples, generated));
      case VQA, VQA_E ->
          (examples, generated) -> Map.of("one of the targets", share(examples, generated));
      default -> TextEvaluator.captions(CaptionMetric.CIDER_D, CaptionMetric.BLEU_4);
    };
  }

  private static double share(List<TrainingExample> examples, List<String> generated) {
    long right = 0;
    for (int i = 0; i < generated.size(); i++) {
      String said = generated.get(i).strip();
      if (examples.get(i).targets().stream().anyMatch(target -> target.equalsIgnoreCase(said))) {
        right++;
      }
    }
    return (double) right / generated.size();
  }
}
