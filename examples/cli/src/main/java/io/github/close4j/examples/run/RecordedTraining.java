package io.github.close4j.examples.run;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.examples.report.HtmlPage;
import io.github.close4j.examples.report.RunReport;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.checkpoint.PretrainedParts;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.training.CaptionTraining;
import io.github.close4j.training.EvaluationReport;
import io.github.close4j.training.RunRecorder;
import io.github.close4j.training.TextVectorCache;
import io.github.close4j.training.TrainingDevice;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingRun;
import io.github.close4j.training.Validation;
import io.github.close4j.training.corpus.MalformedRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Trains what a description says, evaluates it, and leaves in a folder beside the model what there
 * is to see: {@code run.json}, which repeats the run, {@code log.jsonl}, {@code tensorboard}, the
 * {@code checkpoints}, {@code evaluation.json} if the run is evaluated, and {@code report.html}.
 * The folder has the model's name and {@code .run} after it.
 */
public final class RecordedTraining {
  /** The run's description in its folder. */
  public static final String RUN_FILE = "run.json";

  /** The evaluation in a run's folder. */
  public static final String EVALUATION = "evaluation.json";

  /** The page in a run's folder. */
  public static final String REPORT = "report.html";

  /** Where the trainer keeps them in its working directory. */
  private static final String CHECKPOINTS = "checkpoints";

  private final RunDescription run;
  private final Path output;
  private final Path vectors;
  private final Consumer<? super String> warnings;

  /**
   * A training that has not begun.
   *
   * @param run what to train
   * @param output the model directory to make
   * @param vectors where CLIP's vectors are kept; runs of one corpus share it
   * @param warnings is given a line for each malformed record that is skipped
   */
  public RecordedTraining(
      RunDescription run, Path output, Path vectors, Consumer<? super String> warnings) {
    this.run = run;
    this.output = output.toAbsolutePath().normalize();
    this.vectors = vectors;
    this.warnings = warnings;
  }

  /**
   * The folder of a model's run.
   *
   * @param output the model directory
   * @return the folder beside it
   */
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
   *     is not what the description says; or as the corpus and the trainer say
   * @throws io.github.close4j.training.NonFiniteLossException if the loss stops being a number
   * @throws UncheckedIOException if a file cannot be read or written
   */
  public ModelFolder start(TrainingListener listener) {
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
   * @throws IllegalArgumentException if the folder holds no run or one of another description;
   *     otherwise as {@link #start}
   * @throws io.github.close4j.training.NonFiniteLossException if the loss stops being a number
   * @throws UncheckedIOException if a file cannot be read or written
   */
  public ModelFolder resume(TrainingListener listener) {
    if (!RunFile.read(inFolder(RUN_FILE)).equals(run)) {
      throw new IllegalArgumentException(
          "%s: expected the run that is to be resumed, found another"
              .formatted(inFolder(RUN_FILE)));
    }
    return train(true, listener);
  }

  private ModelFolder train(boolean resume, TrainingListener listener) {
    run.requireUnchangedInputs();
    boolean isTrained = resume && Files.exists(output);
    ModelFolder model = isTrained ? ModelFolder.open(output) : trainModel(resume, listener);
    if (run.evaluation() != null && !(isTrained && Files.exists(inFolder(EVALUATION)))) {
      evaluate(run.evaluation(), listener);
    }
    writeReport();
    return model;
  }

  private ModelFolder trainModel(boolean resume, TrainingListener listener) {
    PretrainedParts base = run.base().open(run.task());
    TrainingRun whatToRead = whatToRead(base);
    RunFile.write(run, inFolder(RUN_FILE));
    try (RunRecorder recorder = new RunRecorder(folder(output))) {
      return training(base)
          .run(
              resume ? whatToRead.resumed() : whatToRead, TrainingListener.all(recorder, listener));
    } catch (RuntimeException e) {
      showFailure(e);
      throw e;
    }
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

  private TrainingRun whatToRead(PretrainedParts base) {
    TextVectorCache cache = new TextVectorCache(base.clip(), encoderOptions(), vectors);
    TrainingRun whatToRead =
        TrainingRun.of(examples(run.corpus()), cache, output).in(folder(output));
    ValidationPlan plan = run.validation();
    if (plan == null) {
      return whatToRead;
    }
    return whatToRead.validatedOn(
        new Validation(
            examples(plan.corpus()), cache, plan.shown(), run.task().evaluator(), plan.bestBy()));
  }

  /**
   * CLIP goes where the network goes if it can. It needs other libraries than the network, so that
   * one may have a GPU and the other not; listeners are told.
   */
  private InferenceOptions encoderOptions() {
    Device device = run.options().device() == TrainingDevice.CPU ? Device.cpu() : Device.auto();
    return InferenceOptions.defaults().threads(run.options().threads()).device(device);
  }

  private List<TrainingExample> examples(CorpusFiles corpus) {
    return run.task().examples(corpus, run.maxWords(), malformed());
  }

  private MalformedRecords malformed() {
    return run.skipMalformed() ? MalformedRecords.skip(warnings) : MalformedRecords.stop();
  }

  private CaptionTraining training(PretrainedParts base) {
    return new CaptionTraining(
        base.config(),
        base.clip(),
        base.t5Tokenizer(),
        run.base().fromScratch() ? null : base.t5Weights(),
        run.adapter().open(),
        run.options(),
        DataType.F32);
  }

  private void evaluate(EvaluationPlan plan, TrainingListener listener) {
    EvaluationSet set = EvaluationSet.read(run.task(), plan.corpus(), malformed());
    List<CaptionInput> inputs =
        plan.vectors() != null
            ? set.vectors(plan.vectors().path())
            : set.pictures(Objects.requireNonNullElseGet(plan.images(), plan.corpus()::folder));
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
    RunReport.addRun(page, inFolder(RunRecorder.LOG));
    if (Files.exists(output) && Files.exists(inFolder(EVALUATION))) {
      RunReport.addEvaluation(page, evaluation());
    }
    RunReport.addConfiguration(page, RunFile.json(run, inFolder(RUN_FILE)));
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
      throw new UncheckedIOException(checkpoints + ": cannot be deleted: " + e.getMessage(), e);
    }
  }

  /** Whether the run was trained and evaluated. */
  boolean isFinished() {
    return Files.exists(output) && Files.exists(inFolder(EVALUATION));
  }

  /** Whether an epoch was begun: before that there is nothing to go on with or to lose. */
  boolean isBegun() {
    return Files.exists(inFolder(RunRecorder.LOG));
  }

  /**
   * The evaluation of a finished run.
   *
   * @return what was written to {@code evaluation.json}
   * @throws IllegalArgumentException if the run was not evaluated
   */
  public EvaluationReport evaluation() {
    return EvaluationReport.read(inFolder(EVALUATION));
  }
}
