package io.github.close4j.examples.run;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingOptions;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a run's result depends on.
 *
 * @param task the task
 * @param maxWords words that a text is cut to in {@link CorpusTask#STYLE}, at least 1
 * @param corpus what is trained on
 * @param skipMalformed whether records that cannot be used are told and skipped rather than ending
 *     the run
 * @param base what is started from
 * @param adapter disturbs the vectors
 * @param options how to train, seed included
 * @param validation what each epoch is judged on, or null
 * @param evaluation what the trained model is judged on, or null
 */
public record RunDescription(
    CorpusTask task,
    int maxWords,
    CorpusFiles corpus,
    boolean skipMalformed,
    Base base,
    Adapter adapter,
    TrainingOptions options,
    @Nullable Validation validation,
    @Nullable Evaluation evaluation) {

  /** Checks that each corpus has the parts that the task needs, and no other. */
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
   * What a run starts from: a model directory, or Hugging Face's directories of a CLIP and a T5.
   *
   * @param model a model directory, or null
   * @param clip a CLIP, or null
   * @param t5 a T5, or null
   * @param fromScratch whether T5 starts from random weights, of the given one's dimensions
   */
  public record Base(
      @Nullable InputFile model,
      @Nullable InputFile clip,
      @Nullable InputFile t5,
      boolean fromScratch) {
    private static final int BEAMS = 5;

    /** Checks that it is one of the two. */
    public Base {
      if (model != null ? clip != null || t5 != null : clip == null || t5 == null) {
        throw new IllegalArgumentException(
            "base: expected a model, or a CLIP and a T5; found model %s, CLIP %s, T5 %s"
                .formatted(model, clip, t5));
      }
    }

    /** Starts from a model directory that is there. */
    public static Base ofModel(Path directory, boolean fromScratch) {
      return new Base(InputFile.of(directory), null, null, fromScratch);
    }

    /** Starts from directories of Hugging Face that are there. */
    public static Base ofPretrained(Path clip, Path t5, boolean fromScratch) {
      return new Base(null, InputFile.of(clip), InputFile.of(t5), fromScratch);
    }

    /** A new captioner decodes with the reference's beams, and as long as its task. */
    CaptionTrainer trainer(CorpusTask task) {
      CaptionTrainer trainer =
          model != null
              ? CaptionTrainer.from(model.path())
              : CaptionTrainer.from(
                      Objects.requireNonNull(clip).path(), Objects.requireNonNull(t5).path())
                  .decoding(Decoding.beam(BEAMS).maxNewTokens(task.maxTokens()));
      return fromScratch ? trainer.fromRandomWeights() : trainer;
    }
  }

  /**
   * Gaussian noise, or a fitted adapter with Gaussian noise after it.
   *
   * @param file a file of {@link AdapterFile}, or null
   * @param noiseStdDev standard deviation of the noise on each component of the unit vector, 0 or
   *     more; it comes on top of any noise that the file's adapter has
   */
  public record Adapter(@Nullable InputFile file, double noiseStdDev) {
    /** Checks the noise. */
    public Adapter {
      if (!(noiseStdDev >= 0) || Double.isInfinite(noiseStdDev)) {
        throw new IllegalArgumentException("noiseStdDev: expected 0 or more, found " + noiseStdDev);
      }
    }

    ModalityAdapter open() {
      GaussianNoise noise = new GaussianNoise(noiseStdDev);
      if (file == null) {
        return noise;
      }
      return AdapterFile.load(file.path()).then(noise);
    }
  }

  /**
   * Held-out text that is judged after each epoch.
   *
   * @param corpus its files, of the run's task
   * @param shown how many examples are shown, 0 or more
   * @param bestBy the score that makes an epoch the best if it is the highest, or null for the
   *     lowest loss
   */
  public record Validation(CorpusFiles corpus, int shown, @Nullable String bestBy) {}

  /**
   * What the trained model is evaluated on: pictures, or their cached vectors.
   *
   * @param corpus files with what people said, of the run's task
   * @param images the folder that the corpus's pictures are in, or null for the corpus's own; its
   *     content is not hashed
   * @param vectors CLIP vectors of the pictures in place of them, row by row, or null
   * @param metric the metric that models are compared by, such as {@code CIDEr-D}
   */
  public record Evaluation(
      CorpusFiles corpus, @Nullable Path images, @Nullable InputFile vectors, String metric) {
    /** Makes the folder's path absolute, and refuses pictures beside vectors. */
    public Evaluation {
      images = images == null ? null : images.toAbsolutePath().normalize();
      if (images != null && vectors != null) {
        throw new IllegalArgumentException("evaluation: expected pictures or vectors, found both");
      }
    }
  }

  /** The same run with another noise. */
  public RunDescription withNoise(double noiseStdDev) {
    return with(new Adapter(adapter.file(), noiseStdDev), options);
  }

  /** The same run with another seed. */
  public RunDescription withSeed(long seed) {
    return with(adapter, options.seed(seed));
  }

  private RunDescription with(Adapter otherAdapter, TrainingOptions otherOptions) {
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
    Stream.of(
            corpus,
            validation == null ? null : validation.corpus(),
            evaluation == null ? null : evaluation.corpus())
        .filter(Objects::nonNull)
        .forEach(CorpusFiles::requireUnchanged);
    Stream.of(
            base.model(),
            base.clip(),
            base.t5(),
            adapter.file(),
            evaluation == null ? null : evaluation.vectors())
        .filter(Objects::nonNull)
        .forEach(InputFile::requireUnchanged);
  }
}
