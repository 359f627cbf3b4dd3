package io.github.close4j.examples.run;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.examples.report.HtmlPage;
import io.github.close4j.examples.report.RunReport;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingRecorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains what a description says, evaluates it, and leaves in a folder beside the model what there
 * is to see: {@code run.json}, which repeats the run, {@code log.jsonl}, {@code tensorboard}, the
 * {@code checkpoints}, {@code evaluation.json} if the run is evaluated, and {@code report.html}.
 * The folder has the model's name and {@code .run} after it.
 */
public final class Run {
  /** The run's description in its folder. */
  public static final String RUN_FILE = "run.json";

  /** The evaluation in a run's folder. */
  public static final String EVALUATION = "evaluation.json";

  /** The page in a run's folder. */
  public static final String REPORT = "report.html";

  /** Where the trainer keeps them in its working directory. */
  private static final String CHECKPOINTS = "checkpoints";

  private final RunDescription description;
  private final Path output;
  private final Path vectors;
  private final Consumer<? super String> warnings;

  /**
   * A run that has not begun.
   *
   * @param description what to train
   * @param output the model directory to make
   * @param vectors where CLIP's vectors are kept; runs on one corpus share it
   * @param warnings is given a line for each record that is skipped
   */
  public Run(
      RunDescription description, Path output, Path vectors, Consumer<? super String> warnings) {
    this.description = description;
    this.output = output.toAbsolutePath().normalize();
    this.vectors = vectors;
    this.warnings = warnings;
  }

  /** The folder of a model's run, beside the model directory. */
  public static Path folder(Path output) {
    Path absolute = output.toAbsolutePath().normalize();
    return absolute.resolveSibling(absolute.getFileName() + ".run");
  }

  private Path inFolder(String name) {
    return folder(output).resolve(name);
  }

  /**
   * Trains from the start.
   *
   * @param listener told how the run goes
   * @return the model
   * @throws IllegalArgumentException if the model exists, or an earlier run's log does; if an input
   *     is not what the description says; or as the trainer says
   * @throws io.github.close4j.UnusableFileException if an input cannot be used
   * @throws ArithmeticException if the loss stops being a number
   * @throws UncheckedIOException if a file cannot be read or written
   */
  public ModelDirectory start(TrainingListener listener) {
    ModelFolder.requireAbsent(output);
    if (isBegun()) {
      throw new IllegalArgumentException(
          "%s: expected no earlier run, found one; resume it or remove it"
              .formatted(folder(output)));
    }
    return train(false, listener);
  }

  /**
   * Goes on from the newest checkpoint, or does what is left after the training.
   *
   * @param listener told how the run goes
   * @return the model
   * @throws IllegalArgumentException if the folder holds the run of another description; otherwise
   *     as {@link #start}, whose other exceptions it throws too
   */
  public ModelDirectory resume(TrainingListener listener) {
    if (!RunFile.read(inFolder(RUN_FILE)).equals(description)) {
      throw new IllegalArgumentException(
          "%s: expected the run that is to be resumed, found another"
              .formatted(inFolder(RUN_FILE)));
    }
    return train(true, listener);
  }

  private ModelDirectory train(boolean resume, TrainingListener listener) {
    description.requireUnchangedInputs();
    boolean isTrained = resume && Files.exists(output);
    ModelDirectory model = isTrained ? ModelDirectory.open(output) : trainModel(resume, listener);
    if (description.evaluation() != null && !(isTrained && Files.exists(inFolder(EVALUATION)))) {
      evaluate(description.evaluation(), listener);
    }
    writeReport();
    return model;
  }

  private ModelDirectory trainModel(boolean resume, TrainingListener listener) {
    CaptionTrainer trainer = trainer();
    List<TrainingExample> examples = examples(description.corpus());
    RunFile.write(description, inFolder(RUN_FILE));
    try (TrainingRecorder recorder = new TrainingRecorder(folder(output))) {
      trainer.listener(recorder).listener(listener);
      return (resume ? trainer.resume() : trainer).train(examples, output);
    } catch (RuntimeException e) {
      showFailure(e);
      throw e;
    }
  }

  private CaptionTrainer trainer() {
    CaptionTrainer trainer =
        description
            .base()
            .trainer(description.task())
            .adapter(description.adapter().open())
            .options(description.options())
            .vectorCache(vectors)
            .workingDirectory(folder(output));
    RunDescription.Validation validation = description.validation();
    if (validation != null) {
      trainer.validation(
          examples(validation.corpus()),
          validation.shown(),
          description.task().scorer(),
          validation.bestBy());
    }
    return trainer;
  }

  private List<TrainingExample> examples(CorpusFiles corpus) {
    return description.task().examples(corpus, description.maxWords(), skipped());
  }

  private @Nullable Consumer<? super String> skipped() {
    return description.skipMalformed() ? warnings : null;
  }

  /** The curves of a run that failed are what is wanted most. */
  private void showFailure(RuntimeException failure) {
    if (isBegun()) {
      try {
        writeReport();
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private void evaluate(RunDescription.Evaluation evaluation, TrainingListener listener) {
    CorpusFiles corpus = evaluation.corpus();
    EvaluationSet set = EvaluationSet.read(description.task(), corpus, skipped());
    List<CaptionInput> inputs =
        evaluation.vectors() != null
            ? set.vectors(evaluation.vectors().path())
            : set.pictures(Objects.requireNonNullElseGet(evaluation.images(), corpus::folder));
    try (Captioner captioner = Captioner.open(output)) {
      set.score(set.predict(captioner, inputs, captioner.decoding(), listener))
          .write(inFolder(EVALUATION));
    }
  }

  private void writeReport() {
    HtmlPage page = new HtmlPage("Training of " + output.getFileName());
    addTo(page);
    WholeFile.write(inFolder(REPORT), page.toString());
  }

  /** Adds what there is to see of a run to a page. */
  void addTo(HtmlPage page) {
    RunReport.addRun(page, inFolder(TrainingRecorder.LOG));
    if (isFinished()) {
      RunReport.addEvaluation(page, evaluation());
    }
    RunReport.addConfiguration(page, RunFile.json(description, inFolder(RUN_FILE)));
  }

  /** Deletes what a finished run does not need any more. */
  void deleteCheckpoints() {
    Path checkpoints = inFolder(CHECKPOINTS);
    try {
      if (Files.exists(checkpoints)) {
        // Nobody else writes here, so the slower, safer walk is not needed.
        MoreFiles.deleteRecursively(checkpoints, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          checkpoints + ": cannot be deleted: " + FileFailure.reason(e), e);
    }
  }

  /** Whether the run was trained and evaluated. */
  boolean isFinished() {
    return Files.exists(output) && Files.exists(inFolder(EVALUATION));
  }

  /** Whether an epoch was begun: before that there is nothing to go on with or to lose. */
  boolean isBegun() {
    return Files.exists(inFolder(TrainingRecorder.LOG));
  }

  /**
   * The evaluation of a finished run.
   *
   * @return what was written to {@code evaluation.json}
   * @throws io.github.close4j.UnusableFileException if the run was not evaluated
   */
  public Evaluation evaluation() {
    return Evaluation.read(inFolder(EVALUATION));
  }
}
