package io.github.close4j.examples.run;

import io.github.close4j.training.TrainingOptions;
import org.jspecify.annotations.Nullable;

/**
 * All that a run's result depends on.
 *
 * @param task the task
 * @param maxWords words that a text is cut to in {@link RunTask#STYLE}, at least 1
 * @param corpus what is trained on
 * @param skipMalformed whether records that cannot be used are counted and skipped rather than
 *     ending the run
 * @param base what is started from
 * @param adapter disturbs the vectors
 * @param options how to train, seed included
 * @param validation what each epoch is judged on, or null
 * @param evaluation what the trained model is judged on, or null
 */
public record RunDescription(
    RunTask task,
    int maxWords,
    CorpusFiles corpus,
    boolean skipMalformed,
    BaseModel base,
    AdapterChoice adapter,
    TrainingOptions options,
    @Nullable ValidationPlan validation,
    @Nullable EvaluationPlan evaluation) {

  /**
   * Checks that the corpora are the task's.
   *
   * @param task see the record
   * @param maxWords see the record
   * @param corpus see the record
   * @param skipMalformed see the record
   * @param base see the record
   * @param adapter see the record
   * @param options see the record
   * @param validation see the record
   * @param evaluation see the record
   * @throws IllegalArgumentException if a corpus lacks a part that the task needs, or has another
   */
  public RunDescription {
    task.requireFits(corpus);
    if (validation != null) {
      task.requireFits(validation.corpus());
    }
    if (evaluation != null) {
      task.requireFits(evaluation.corpus());
    }
  }

  /**
   * The same run with another noise.
   *
   * @param noiseStdDev see {@link AdapterChoice}
   * @return the run
   */
  public RunDescription withNoise(double noiseStdDev) {
    return with(new AdapterChoice(adapter.file(), noiseStdDev), options);
  }

  /**
   * The same run with another seed.
   *
   * @param seed see {@link TrainingOptions}
   * @return the run
   */
  public RunDescription withSeed(long seed) {
    return with(adapter, options.withSeed(seed));
  }

  private RunDescription with(AdapterChoice otherAdapter, TrainingOptions otherOptions) {
    return new RunDescription(
        task,
        maxWords,
        corpus,
        skipMalformed,
        base,
        otherAdapter,
        otherOptions,
        validation,
        evaluation);
  }

  /**
   * Refuses inputs that are no longer what they were.
   *
   * @throws IllegalArgumentException if one is missing or has another SHA-256; the message names
   *     it, what was expected and what was found
   */
  public void requireUnchangedInputs() {
    corpus.requireUnchanged();
    base.requireUnchanged();
    if (adapter.file() != null) {
      adapter.file().requireUnchanged();
    }
    if (validation != null) {
      validation.corpus().requireUnchanged();
    }
    if (evaluation != null) {
      evaluation.requireUnchanged();
    }
  }
}
