package io.github.close4j.training;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Interruption;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.checkpoint.PretrainedParts;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.internal.loop.Checkpoints;
import io.github.close4j.training.internal.loop.ExampleBatches;
import io.github.close4j.training.internal.loop.Fingerprint;
import io.github.close4j.training.internal.loop.Listeners;
import io.github.close4j.training.internal.loop.NewModel;
import io.github.close4j.training.internal.loop.TextVectorCache;
import io.github.close4j.training.internal.loop.TrainingLoop;
import io.github.close4j.training.internal.loop.UnknownTokens;
import io.github.close4j.training.internal.loop.Validator;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Trains a captioner on text alone (CLOSE, arXiv 2211.09778): text → CLIP's text vectors → modality
 * adapter → prefix and T5 → model directory, which captions pictures.
 *
 * <pre>{@code
 * CaptionTrainer.from(Path.of("model"))
 *     .adapter(new GaussianNoise(0.04))
 *     .options(TrainingOptions.defaults().epochs(8))
 *     .train(
 *         TrainingTask.CAPTIONING_SINGLE.examples(Corpus.lines(Path.of("captions.txt")).read()),
 *         Path.of("my-model"));
 * }</pre>
 *
 * <p>Every step but {@link #train} may be left out. The same inputs and options give the same
 * weights, bit for bit, on one machine with one number of threads. A trainer can train again; it is
 * not thread-safe, and a process trains one model at a time.
 */
public final class CaptionTrainer {
  private static final int LONGEST_TARGET = 512;

  private final PretrainedParts base;
  private final @Nullable ModelFolder captioner;
  private boolean keepsPrefix;
  private boolean fromRandomWeights;
  private Decoding decoding;
  private ModalityAdapter adapter = new GaussianNoise(0.08);
  private TrainingOptions options = TrainingOptions.defaults();
  private @Nullable Function<? super List<TrainingExample>, EmbeddingBatch> givenVectors;
  private @Nullable Path vectorCache;
  private @Nullable List<TrainingExample> heldOut;
  private Validator.@Nullable Rule rule;
  private @Nullable Path workingDirectory;
  private boolean resume;
  private final List<TrainingListener> listeners = new ArrayList<>();

  private CaptionTrainer(PretrainedParts base, @Nullable ModelFolder captioner) {
    this.base = base;
    this.captioner = captioner;
    this.decoding = base.config().decoding();
  }

  /**
   * Starts from a captioner: its CLIP, its T5's weights, its tokenizers, its dimensions and its way
   * of decoding. The prefix is trained anew unless it is {@linkplain #keepPrefix kept}, and an
   * image adapter of the captioner is left behind.
   *
   * @param modelDirectory a model directory
   * @return a trainer
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged
   */
  public static CaptionTrainer from(Path modelDirectory) {
    ModelFolder model = ModelFolder.open(modelDirectory);
    return new CaptionTrainer(
        new PretrainedParts(
            model.config(),
            model.clip(),
            model.weights(ModelFolder.T5_WEIGHTS),
            model.file(ModelFolder.T5_TOKENIZER)),
        model);
  }

  /**
   * Starts from a CLIP and a T5, as the paper does: 4 vectors of T5 for one of CLIP's.
   *
   * @param clipDirectory a CLIP in Hugging Face's layout
   * @param t5Directory a T5 (v1.0, v1.1 or Flan) in Hugging Face's layout
   * @return a trainer; unless {@link #decoding} says otherwise, its captioner decodes with 5 beams
   *     and at most 32 tokens
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, or a setting
   *     is not supported
   */
  public static CaptionTrainer from(Path clipDirectory, Path t5Directory) {
    return new CaptionTrainer(PretrainedParts.open(clipDirectory, t5Directory), null);
  }

  /**
   * Goes on with the captioner's own prefix, which training would begin anew otherwise: for more
   * training of a captioner that speaks already.
   *
   * @return this trainer
   * @throws IllegalStateException if this trainer did not start from a captioner
   */
  @CanIgnoreReturnValue
  public CaptionTrainer keepPrefix() {
    if (captioner == null) {
      throw new IllegalStateException("expected a captioner to start from, found CLIP and T5");
    }
    keepsPrefix = true;
    return this;
  }

  /**
   * Lets T5 begin with random weights, drawn by {@link TrainingOptions#seed}, instead of with the
   * base's.
   *
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer fromRandomWeights() {
    fromRandomWeights = true;
    return this;
  }

  /**
   * Sets how the captioner decodes unless it is asked otherwise.
   *
   * @param other the way of decoding
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer decoding(Decoding other) {
    decoding = other;
    return this;
  }

  /**
   * Sets what disturbs the vectors while training; {@code new GaussianNoise(0.08)} unless this is
   * called, which is what the paper takes where it does not tune the noise.
   *
   * @param other the adapter, of this library or one's own
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer adapter(ModalityAdapter other) {
    adapter = other;
    return this;
  }

  /**
   * Sets how to train.
   *
   * @param other the options
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer options(TrainingOptions other) {
    options = other;
    return this;
  }

  /**
   * Adds a listener, which is told after those that were added before.
   *
   * @param listener told how the training goes
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer listener(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Keeps CLIP's text vectors on disk, so that trainings on the same texts encode them once.
   *
   * @param directory where files are kept, named after what they depend on; made if it is missing
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer vectorCache(Path directory) {
    vectorCache = directory;
    return this;
  }

  /**
   * Takes vectors from elsewhere instead of from CLIP's text tower, such as those of pictures, for
   * an upper bound.
   *
   * @param source gives a row of norm 1 for each example, before any adapter
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer vectors(Function<? super List<TrainingExample>, EmbeddingBatch> source) {
    givenVectors = source;
    return this;
  }

  /**
   * Judges the network after each epoch on held-out text, by its loss, without dropout and noise.
   *
   * @param examples the held-out examples, at least one
   * @param shown how many of the first examples the network speaks about for the listeners, 0 or
   *     more
   * @return this trainer
   * @throws IllegalArgumentException if there is no example or {@code shown} is negative
   */
  @CanIgnoreReturnValue
  public CaptionTrainer validation(List<TrainingExample> examples, int shown) {
    return validation(examples, new Validator.Rule(shown, null, null));
  }

  /**
   * Judges the network after each epoch also by what it says of each held-out example.
   *
   * @param examples the held-out examples, at least one
   * @param shown how many of the first examples and what is said of them the listeners are told, 0
   *     or more
   * @param scorer is given the examples and what was said of each; gives scores by their names,
   *     higher is better, such as {@link Evaluation#captionScores}
   * @param bestBy the name of the score that makes an epoch the best, or null for the lowest loss
   * @return this trainer
   * @throws IllegalArgumentException if there is no example or {@code shown} is negative
   */
  @CanIgnoreReturnValue
  public CaptionTrainer validation(
      List<TrainingExample> examples,
      int shown,
      BiFunction<List<TrainingExample>, List<String>, Map<String, Double>> scorer,
      @Nullable String bestBy) {
    return validation(examples, new Validator.Rule(shown, scorer, bestBy));
  }

  @CanIgnoreReturnValue
  private CaptionTrainer validation(List<TrainingExample> examples, Validator.Rule judgedBy) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("validation: expected at least one example, found none");
    }
    heldOut = List.copyOf(examples);
    rule = judgedBy;
    return this;
  }

  /**
   * Keeps the training in a directory that it has for itself: checkpoints, in a folder {@code
   * checkpoints}, and the batch that a non-finite loss came from.
   *
   * @param directory the directory; made if it is missing
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer workingDirectory(Path directory) {
    workingDirectory = directory;
    return this;
  }

  /**
   * Goes on from the newest checkpoint in the {@link #workingDirectory}, if there is one, to the
   * same weights that an undisturbed training ends with. Only the same training goes on: with the
   * same examples, vectors, options and base, and an adapter that does the same.
   *
   * @return this trainer
   */
  @CanIgnoreReturnValue
  public CaptionTrainer resume() {
    resume = true;
    return this;
  }

  /**
   * Trains and writes the model.
   *
   * @param examples what to learn, at least one; see {@link TrainingTask#examples}
   * @param output the model directory to make; must not exist. It appears whole or not at all
   * @return the model
   * @throws IllegalArgumentException if there are no examples or {@code output} exists; if the
   *     prefix is to be kept and weights to be random; if captions are to be drawn and all examples
   *     have the same targets; if the adapter refuses a vector of CLIP's length; if an option needs
   *     a validation or a working directory and there is none; or if the working directory holds
   *     checkpoints and the training is not to be resumed, or those of another training
   * @throws ArithmeticException if the loss or its gradients stop being finite; no model is
   *     written, and the message names the file of the batch, if there is a working directory
   * @throws java.util.concurrent.CancellationException if this thread is interrupted, after the
   *     step under way; no model is written, the thread stays interrupted, and the checkpoints of
   *     the working directory can be gone on from
   * @throws UncheckedIOException if a file cannot be written
   */
  @CanIgnoreReturnValue
  public ModelDirectory train(List<TrainingExample> examples, Path output) {
    List<TrainingExample> all = List.copyOf(examples);
    requireSense(all, output);
    Interruption.requireNone();
    Path readByClip = givenVectors == null ? base.clip().tokenizer() : null;
    UnknownTokens.refuse(all, base.t5Tokenizer(), readByClip);
    TrainingListener listener = new Listeners(List.copyOf(listeners));
    initialize(listener);
    CaptionerConfig config = config();

    // 1. Text -> CLIP's vectors (CLOSE, section 2.1): once, since CLIP is frozen.
    EmbeddingBatch vectors = vectors(all, listener);
    List<TrainingExample> held = heldOut;
    EmbeddingBatch heldOutVectors = held == null ? null : vectors(held, listener);

    // 2. A pretrained T5 behind a random prefix, as a rule.
    try (CaptionNetwork network = network(config);
        TextTokenizer tokenizer = TextTokenizer.open(base.t5Tokenizer(), LONGEST_TARGET)) {
      NewModel.requireRoom(output, modelBytes(network));
      Checkpoints checkpoints = checkpoints(all, vectors, network);
      Validator validator =
          held == null || heldOutVectors == null || rule == null
              ? null
              : new Validator(
                  rule,
                  new ExampleBatches(held, heldOutVectors, adapter, config.t5(), tokenizer),
                  tokenizer,
                  options,
                  config.decoding().maxNewTokens(),
                  listener);

      // 3. Vectors, disturbed by the adapter -> what is to be said (sections 2.2 and 3).
      ExampleBatches batches = new ExampleBatches(all, vectors, adapter, config.t5(), tokenizer);
      TrainingLoop.State end;
      try (TrainingLoop loop =
          new TrainingLoop(options, network, batches, validator, checkpoints, listener)) {
        end = loop.run();
      }

      // 4. The weights, beside the CLIP that reads pictures from now on.
      if (options.keepBest() && checkpoints != null) {
        checkpoints.loadBest(network);
      }
      new NewModel(config, base.clip(), base.t5Tokenizer(), weightType())
          .write(network, NewModel.provenance(options, adapter, all, end), output);
      return ModelDirectory.open(output);
    }
  }

  private CaptionNetwork network(CaptionerConfig config) {
    if (fromRandomWeights) {
      return CaptionNetwork.random(config, options.dropout(), options.seed());
    }
    if (keepsPrefix && captioner != null) {
      TensorSource prefix = captioner.weights(ModelFolder.PREFIX_WEIGHTS);
      return CaptionNetwork.stored(config, options.dropout(), prefix, base.t5Weights());
    }
    return CaptionNetwork.fromT5(config, options.dropout(), options.seed(), base.t5Weights());
  }

  /** Asked first: hours of training must not end in a refusal. */
  private void requireSense(List<TrainingExample> examples, Path output) {
    ModelFolder.requireAbsent(output);
    if (keepsPrefix && fromRandomWeights) {
      throw new IllegalArgumentException(
          "expected a prefix that is kept or random weights, found both");
    }
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("expected at least one training example, found none");
    }
    if (options.samples() > 0
        && examples.stream().map(TrainingExample::targets).distinct().limit(2).count() < 2) {
      throw new IllegalArgumentException(
          "samples: expected examples with different targets, found the same of all: CIDEr-D of one picture's captions is 0");
    }
    if (heldOut == null && (options.keepBest() || options.earlyStopPatience() > 0)) {
      throw new IllegalArgumentException(
          "keepBest, earlyStopPatience: expected a validation, found none");
    }
    if (workingDirectory == null && (options.keepBest() || resume)) {
      throw new IllegalArgumentException(
          "keepBest, resume: expected a working directory, found none");
    }
    requireAdapterFits(base.config().clip().projectionDim());
  }

  /** An adapter that was fitted to another CLIP, told before texts are encoded. */
  private void requireAdapterFits(int dimension) {
    EmbeddingBatch probe = EmbeddingBatch.allocate(1, dimension);
    probe.values()[0] = 1;
    try {
      adapter.adaptForEvaluation(probe);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "adapter %s: expected one for CLIP's vectors of %d components, found: %s"
              .formatted(Fingerprint.name(adapter), dimension, e.getMessage()),
          e);
    }
  }

  private void initialize(TrainingListener listener) {
    TorchRuntime.initialize(options.threads(), options.seed());
    boolean automatic = options.device().isAutomatic();
    boolean hasCuda = TorchRuntime.hasCuda();
    boolean cuda = hasCuda && (automatic || options.device().isCuda());
    if (options.device().isCuda() && !hasCuda) {
      throw new IllegalArgumentException(
          "device: expected a CUDA device, found none that libtorch can use");
    }
    if (cuda) {
      TorchRuntime.useCuda();
    }
    String reason =
        !automatic ? "as asked for" : cuda ? "libtorch has CUDA" : "libtorch has no CUDA device";
    listener.onStart(options, cuda ? "cuda:0" : "cpu", reason);
  }

  private CaptionerConfig config() {
    CaptionerConfig config = base.config();
    return new CaptionerConfig(
        config.clip(),
        config.preprocessing(),
        config.t5(),
        config.prefix(),
        ImageAdapter.Kind.NONE,
        decoding,
        config.maxTextTokens());
  }

  private EmbeddingBatch vectors(List<TrainingExample> examples, TrainingListener listener) {
    EmbeddingBatch rows =
        givenVectors != null
            ? givenVectors.apply(examples)
            : new TextVectorCache(base.clip(), encoderOptions(), vectorCache)
                .of(examples, listener);
    int dimension = base.config().clip().projectionDim();
    if (rows.rows() != examples.size() || rows.dimension() != dimension) {
      throw new IllegalArgumentException(
          "vectors: expected %d of %d components, found %d of %d"
              .formatted(examples.size(), dimension, rows.rows(), rows.dimension()));
    }
    return rows;
  }

  /** CLIP's library may find no GPU where libtorch does: listeners are told. */
  private InferenceOptions encoderOptions() {
    return InferenceOptions.defaults()
        .threads(options.threads())
        .device(
            options.device().isCuda() || options.device().isAutomatic()
                ? Device.auto()
                : Device.cpu());
  }

  private @Nullable Checkpoints checkpoints(
      List<TrainingExample> examples, EmbeddingBatch vectors, CaptionNetwork network) {
    Path directory = workingDirectory;
    if (directory == null) {
      return null;
    }
    // Two states, one of them in the making, each of weights and two moments, and the best.
    long bytes = network.parameterCount() * Float.BYTES * 7;
    String bestBy = rule == null ? null : rule.bestBy();
    Map<String, String> fingerprint =
        Fingerprint.of(options, examples, vectors, adapter, network, heldOut, bestBy);
    Checkpoints checkpoints = Checkpoints.in(directory, fingerprint, bytes);
    Path newest = checkpoints.newest();
    if (newest != null && !resume) {
      throw new IllegalArgumentException(
          directory + ": expected a working directory without checkpoints, found " + newest);
    }
    return checkpoints;
  }

  private DataType weightType() {
    return options.weightPrecision() == Precision.FLOAT16 ? DataType.F16 : DataType.F32;
  }

  private long modelBytes(CaptionNetwork network) {
    Path clip = base.clip().weights();
    try {
      return network.parameterCount() * weightType().bytes() + Files.size(clip);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + clip + ": " + FileFailure.reason(e), e);
    }
  }
}
