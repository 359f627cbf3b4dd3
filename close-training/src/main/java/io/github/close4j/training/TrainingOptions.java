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
    int batchSize,
    int accumulation,
    double learningRate,
    double weightDecay,
    double maxGradientNorm,
    double dropout,
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

  public TrainingOptions {
    require(epochs >= 1, "epochs", "at least 1", epochs);
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

  public TrainingOptions epochs(int other) {
    return changed(fields -> fields.epochs = other);
  }

  public TrainingOptions batchSize(int other) {
    return changed(fields -> fields.batchSize = other);
  }

  public TrainingOptions accumulation(int other) {
    return changed(fields -> fields.accumulation = other);
  }

  public TrainingOptions learningRate(double other) {
    return changed(fields -> fields.learningRate = other);
  }

  public TrainingOptions weightDecay(double other) {
    return changed(fields -> fields.weightDecay = other);
  }

  public TrainingOptions maxGradientNorm(double other) {
    return changed(fields -> fields.maxGradientNorm = other);
  }

  public TrainingOptions dropout(double other) {
    return changed(fields -> fields.dropout = other);
  }

  public TrainingOptions schedule(LearningRateSchedule other) {
    return changed(fields -> fields.schedule = other);
  }

  public TrainingOptions lengthBucketed(boolean other) {
    return changed(fields -> fields.lengthBucketed = other);
  }

  public TrainingOptions bfloat16(boolean other) {
    return changed(fields -> fields.bfloat16 = other);
  }

  public TrainingOptions device(Device other) {
    return changed(fields -> fields.device = other);
  }

  public TrainingOptions threads(int other) {
    return changed(fields -> fields.threads = other);
  }

  public TrainingOptions seed(long other) {
    return changed(fields -> fields.seed = other);
  }

  public TrainingOptions checkpointEverySteps(long other) {
    return changed(fields -> fields.checkpointEverySteps = other);
  }

  public TrainingOptions earlyStopPatience(int other) {
    return changed(fields -> fields.earlyStopPatience = other);
  }

  public TrainingOptions keepBest(boolean other) {
    return changed(fields -> fields.keepBest = other);
  }

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
    private int batchSize = 128;
    private int accumulation = 1;
    private double learningRate = 3e-4;
    private double weightDecay = 0;
    private double maxGradientNorm = Double.POSITIVE_INFINITY;
    private double dropout = 0.1;
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
      batchSize = options.batchSize();
      accumulation = options.accumulation();
      learningRate = options.learningRate();
      weightDecay = options.weightDecay();
      maxGradientNorm = options.maxGradientNorm();
      dropout = options.dropout();
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
          batchSize,
          accumulation,
          learningRate,
          weightDecay,
          maxGradientNorm,
          dropout,
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
