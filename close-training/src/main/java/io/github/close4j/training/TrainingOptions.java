package io.github.close4j.training;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.Precision;
import java.util.function.Consumer;

/**
 * How to train. {@link #defaults} are the paper's for captioning; each method of a component's name
 * gives the same options with that one changed:
 *
 * <pre>{@code
 * TrainingOptions.defaults().epochs(3).learningRate(1e-4)
 * }</pre>
 *
 * <p>A value that is out of its range is an {@link IllegalArgumentException}.
 *
 * @param epochs passes over the examples, at least 1 (the paper: 8)
 * @param maxSteps changes of the weights after which training ends, also within an epoch; 0 for
 *     none but those of all epochs. The learning rate falls over the steps that are taken
 * @param batchSize examples a batch, at least 1 (the paper: 128; 32 for captioning with multiple
 *     targets)
 * @param accumulation batches whose gradients are summed for one step, at least 1. The loss is the
 *     mean over the target tokens of all of them, so a step is that of one batch of their joint
 *     size, in less memory (the paper: 1)
 * @param learningRate AdamW's learning rate at the first step, a positive number (the paper: 3e-4)
 * @param weightDecay AdamW's decay of weights, 0 or more (the paper: 0)
 * @param maxGradientNorm the norm of all gradients together that longer ones are scaled down to, as
 *     by PyTorch's {@code clip_grad_norm_}; positive, infinity for no clipping (the paper: none)
 * @param dropout probability of dropout in T5, from 0 to below 1 (the paper: 0.1)
 * @param samples captions drawn of each example in each step, whose CIDEr-D against the example's
 *     targets is raised, without dropout: self-critical training, which goes on with a captioner
 *     that speaks already ({@link CaptionTrainer#keepPrefix}); at least 2, or 0 to learn the
 *     targets' tokens by their cross-entropy (the paper: 0). The loss told is then the negative
 *     mean CIDEr-D, tokens taken for words. Rennie et al., "Self-critical Sequence Training for
 *     Image Captioning", CVPR 2017; the baseline is the mean of the other captions
 * @param schedule how the learning rate falls (the paper's first release: linearly to zero)
 * @param lengthBucketed whether examples of like length share a batch: less padding, and batches
 *     that are less random (the paper: no)
 * @param bfloat16 whether matrix products are taken in bfloat16: faster where the processor has
 *     them, and less exact
 * @param device what to train on: {@link Device#cpu}; {@code Device.cuda(0)}, and a run without one
 *     is refused; or {@link Device#auto}, CUDA's first device if libtorch has one, else the
 *     processor. CLIP encodes texts there too if ONNX Runtime can
 * @param threads threads of libtorch, at least 1 (default: one a core)
 * @param seed seed of initial weights, order, noise and dropout; any number
 * @param checkpointEverySteps steps from one checkpoint to the next, besides those at the end of
 *     each epoch; 0 for those alone
 * @param earlyStopPatience epochs in a row without a better validation after which a run ends; 0
 *     for never
 * @param keepBest whether the model is that of the best validation rather than of the last step
 *     (the paper: the last step)
 * @param weightPrecision how the trained weights are written: {@link Precision#FLOAT32}, or {@link
 *     Precision#FLOAT16} for half the file
 */
@CheckReturnValue
public record TrainingOptions(
    int epochs,
    long maxSteps,
    int batchSize,
    int accumulation,
    double learningRate,
    double weightDecay,
    double maxGradientNorm,
    double dropout,
    int samples,
    LearningRateSchedule schedule,
    boolean lengthBucketed,
    boolean bfloat16,
    Device device,
    int threads,
    long seed,
    long checkpointEverySteps,
    int earlyStopPatience,
    boolean keepBest,
    Precision weightPrecision) {

  /** Checks the numbers. */
  public TrainingOptions {
    require(epochs >= 1, "epochs", "at least 1", epochs);
    require(maxSteps >= 0, "maxSteps", "0 or more", maxSteps);
    require(batchSize >= 1, "batchSize", "at least 1", batchSize);
    require(accumulation >= 1, "accumulation", "at least 1", accumulation);
    require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learningRate",
        "a positive number",
        learningRate);
    require(
        weightDecay >= 0 && Double.isFinite(weightDecay), "weightDecay", "0 or more", weightDecay);
    require(maxGradientNorm > 0, "maxGradientNorm", "a positive number", maxGradientNorm);
    require(dropout >= 0 && dropout < 1, "dropout", "0 to below 1", dropout);
    require(samples == 0 || samples >= 2, "samples", "0, or at least 2", samples);
    require(device.index() == 0, "device", "the processor or CUDA's first device", device);
    require(threads >= 1, "threads", "at least 1", threads);
    require(checkpointEverySteps >= 0, "checkpointEverySteps", "0 or more", checkpointEverySteps);
    require(earlyStopPatience >= 0, "earlyStopPatience", "0 or more", earlyStopPatience);
    require(
        weightPrecision != Precision.INT8,
        "weightPrecision",
        "FLOAT32 or FLOAT16",
        weightPrecision);
  }

  private static void require(boolean holds, String what, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: expected %s, found %s".formatted(what, expected, found));
    }
  }

  /**
   * The paper's options for captioning.
   *
   * @return 8 epochs in batches of 128 at a rate of 3e-4 that falls linearly, dropout 0.1, no
   *     weight decay and no clipping
   */
  public static TrainingOptions defaults() {
    return new Fields().options();
  }

  /**
   * The same options with another number of passes over the examples, at least 1; see {@link
   * #epochs()}.
   */
  public TrainingOptions epochs(int other) {
    return changed(fields -> fields.epochs = other);
  }

  /**
   * The same options with an end after so many changes of the weights, 0 for that of the last
   * epoch; see {@link #maxSteps()}.
   */
  public TrainingOptions maxSteps(long other) {
    return changed(fields -> fields.maxSteps = other);
  }

  /**
   * The same options with another number of examples a batch, at least 1; see {@link #batchSize()}.
   */
  public TrainingOptions batchSize(int other) {
    return changed(fields -> fields.batchSize = other);
  }

  /**
   * The same options with gradients of another number of batches for one step, at least 1; see
   * {@link #accumulation()}.
   */
  public TrainingOptions accumulation(int other) {
    return changed(fields -> fields.accumulation = other);
  }

  /**
   * The same options with another learning rate at the first step, a positive number; see {@link
   * #learningRate()}.
   */
  public TrainingOptions learningRate(double other) {
    return changed(fields -> fields.learningRate = other);
  }

  /**
   * The same options with another decay of AdamW's weights, 0 or more; see {@link #weightDecay()}.
   */
  public TrainingOptions weightDecay(double other) {
    return changed(fields -> fields.weightDecay = other);
  }

  /**
   * The same options with another norm that longer gradients are scaled down to; positive, infinity
   * for none; see {@link #maxGradientNorm()}.
   */
  public TrainingOptions maxGradientNorm(double other) {
    return changed(fields -> fields.maxGradientNorm = other);
  }

  /**
   * The same options with another probability of dropout, from 0 to below 1; see {@link
   * #dropout()}.
   */
  public TrainingOptions dropout(double other) {
    return changed(fields -> fields.dropout = other);
  }

  /**
   * The same options with so many captions drawn of each example, at least 2, or 0 for
   * cross-entropy; see {@link #samples()}.
   */
  public TrainingOptions samples(int other) {
    return changed(fields -> fields.samples = other);
  }

  /** The same options with another fall of the learning rate; see {@link #schedule()}. */
  public TrainingOptions schedule(LearningRateSchedule other) {
    return changed(fields -> fields.schedule = other);
  }

  /**
   * The same options with batches of examples of like length, or of any; see {@link
   * #lengthBucketed()}.
   */
  public TrainingOptions lengthBucketed(boolean other) {
    return changed(fields -> fields.lengthBucketed = other);
  }

  /**
   * The same options with matrix products in bfloat16, or in 32-bit floats; see {@link
   * #bfloat16()}.
   */
  public TrainingOptions bfloat16(boolean other) {
    return changed(fields -> fields.bfloat16 = other);
  }

  /**
   * The same options with another device: the processor, CUDA's first device, or whichever is
   * there; see {@link #device()}.
   */
  public TrainingOptions device(Device other) {
    return changed(fields -> fields.device = other);
  }

  /**
   * The same options with another number of threads of libtorch, at least 1; see {@link
   * #threads()}.
   */
  public TrainingOptions threads(int other) {
    return changed(fields -> fields.threads = other);
  }

  /**
   * The same options with another seed of initial weights, order, noise and dropout; see {@link
   * #seed()}.
   */
  public TrainingOptions seed(long other) {
    return changed(fields -> fields.seed = other);
  }

  /**
   * The same options with another number of steps between checkpoints, 0 for those of the epochs
   * alone; see {@link #checkpointEverySteps()}.
   */
  public TrainingOptions checkpointEverySteps(long other) {
    return changed(fields -> fields.checkpointEverySteps = other);
  }

  /**
   * The same options with an end after so many epochs without a better validation, 0 for never; see
   * {@link #earlyStopPatience()}.
   */
  public TrainingOptions earlyStopPatience(int other) {
    return changed(fields -> fields.earlyStopPatience = other);
  }

  /**
   * The same options with the weights of the best validation, or of the last step; see {@link
   * #keepBest()}.
   */
  public TrainingOptions keepBest(boolean other) {
    return changed(fields -> fields.keepBest = other);
  }

  /** The same options with weights written in 32 or in 16 bits; see {@link #weightPrecision()}. */
  public TrainingOptions weightPrecision(Precision other) {
    return changed(fields -> fields.weightPrecision = other);
  }

  private TrainingOptions changed(Consumer<Fields> change) {
    Fields fields = new Fields(this);
    change.accept(fields);
    return fields.options();
  }

  /** The components, each of which can be changed by its name. */
  private static final class Fields {
    private int epochs = 8;
    private long maxSteps = 0;
    private int batchSize = 128;
    private int accumulation = 1;
    private double learningRate = 3e-4;
    private double weightDecay = 0;
    private double maxGradientNorm = Double.POSITIVE_INFINITY;
    private double dropout = 0.1;
    private int samples = 0;
    private LearningRateSchedule schedule = LearningRateSchedule.LINEAR;
    private boolean lengthBucketed = false;
    private boolean bfloat16 = false;
    private Device device = Device.auto();
    private int threads = Runtime.getRuntime().availableProcessors();
    private long seed = 1;
    private long checkpointEverySteps = 0;
    private int earlyStopPatience = 0;
    private boolean keepBest = false;
    private Precision weightPrecision = Precision.FLOAT32;

    Fields() {}

    Fields(TrainingOptions options) {
      epochs = options.epochs();
      maxSteps = options.maxSteps();
      batchSize = options.batchSize();
      accumulation = options.accumulation();
      learningRate = options.learningRate();
      weightDecay = options.weightDecay();
      maxGradientNorm = options.maxGradientNorm();
      dropout = options.dropout();
      samples = options.samples();
      schedule = options.schedule();
      lengthBucketed = options.lengthBucketed();
      bfloat16 = options.bfloat16();
      device = options.device();
      threads = options.threads();
      seed = options.seed();
      checkpointEverySteps = options.checkpointEverySteps();
      earlyStopPatience = options.earlyStopPatience();
      keepBest = options.keepBest();
      weightPrecision = options.weightPrecision();
    }

    TrainingOptions options() {
      return new TrainingOptions(
          epochs,
          maxSteps,
          batchSize,
          accumulation,
          learningRate,
          weightDecay,
          maxGradientNorm,
          dropout,
          samples,
          schedule,
          lengthBucketed,
          bfloat16,
          device,
          threads,
          seed,
          checkpointEverySteps,
          earlyStopPatience,
          keepBest,
          weightPrecision);
    }
  }
}
