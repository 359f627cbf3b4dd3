package io.github.close4j.training;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run reads and where it writes.
 *
 * @param examples the task
 * @param vectors where the examples' vectors come from
 * @param output the model directory to make; must not exist
 * @param workingDirectory where checkpoints go, into a folder {@code checkpoints}, and the batch
 *     that a non-finite loss came from; or null to keep neither. A run has it for itself
 * @param validation what each epoch is judged on, or null
 * @param resume whether to go on from the newest checkpoint in the working directory, if there is
 *     one
 */
public record TrainingRun(
    List<TrainingExample> examples,
    TrainingVectors vectors,
    Path output,
    @Nullable Path workingDirectory,
    @Nullable Validation validation,
    boolean resume) {

  /**
   * Copies the list.
   *
   * @param examples see the record
   * @param vectors see the record
   * @param output see the record
   * @param workingDirectory see the record
   * @param validation see the record
   * @param resume see the record
   * @throws IllegalArgumentException if there are no examples, or a run is to be resumed without a
   *     working directory
   */
  public TrainingRun {
    examples = List.copyOf(examples);
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("expected at least one training example, found none");
    }
    if (resume && workingDirectory == null) {
      throw new IllegalArgumentException("resume: expected a working directory, found none");
    }
  }

  /**
   * A run without checkpoints and validation.
   *
   * @param examples the task
   * @param vectors where the examples' vectors come from
   * @param output the model directory to make; must not exist
   * @return the run
   * @throws IllegalArgumentException if there are no examples
   */
  public static TrainingRun of(
      List<TrainingExample> examples, TrainingVectors vectors, Path output) {
    return new TrainingRun(examples, vectors, output, null, null, false);
  }

  /**
   * The same run with checkpoints.
   *
   * @param directory where they go; made if it is missing
   * @return a run that starts anew
   */
  public TrainingRun in(Path directory) {
    return new TrainingRun(examples, vectors, output, directory, validation, false);
  }

  /**
   * The same run, judged after each epoch.
   *
   * @param judged on what
   * @return the run
   */
  public TrainingRun validatedOn(Validation judged) {
    return new TrainingRun(examples, vectors, output, workingDirectory, judged, resume);
  }

  /**
   * The same run, going on from its newest checkpoint.
   *
   * @return the run
   * @throws IllegalArgumentException if it has no working directory
   */
  public TrainingRun resumed() {
    return new TrainingRun(examples, vectors, output, workingDirectory, validation, true);
  }
}
