package io.github.close4j.training;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Is told how a run goes; its methods are called on the training thread, in the order in which
 * things happen. Whatever one of them throws ends the run.
 *
 * <p>Epochs and steps are counted from 1 over the whole run: what a resumed run tells goes on where
 * the checkpoint was written.
 */
@FunctionalInterface
public interface TrainingListener {

  /** A listener that does nothing. */
  TrainingListener NONE = progress -> {};

  /** A part of a run that takes a while. */
  enum Phase {
    /** CLIP encodes the texts that are not on disk yet. */
    ENCODING,
    /** The network is trained. */
    TRAINING,
    /** Held-out examples are judged. */
    VALIDATION
  }

  /**
   * How far a phase is.
   *
   * @param phase the phase
   * @param done texts encoded, steps taken, or examples judged
   * @param total of how many
   * @param loss mean cross-entropy of the step's target tokens, in nats; NaN unless training
   */
  record Progress(Phase phase, long done, long total, double loss) {}

  /**
   * What the run computes on.
   *
   * @param name {@code cpu} or {@code cuda:0}
   * @param threads threads of an operation on the processor, at least 1
   * @param bfloat16 whether matrix products are taken in bfloat16
   * @param reason why this device, in words
   */
  record DeviceUsed(String name, int threads, boolean bfloat16, String reason) {}

  /**
   * What CLIP encodes texts on, which need not be what the network is trained on: the two have
   * libraries of their own.
   *
   * @param description the device in words, and why it is not a GPU where one might have been
   */
  record EncoderDeviceUsed(String description) {}

  /**
   * A run goes on from a checkpoint.
   *
   * @param checkpoint its file
   * @param epoch the epoch that the checkpoint was written in
   * @param step steps taken before it was written
   */
  record Resumed(Path checkpoint, int epoch, long step) {}

  /**
   * An epoch begins, or goes on after a checkpoint.
   *
   * @param epoch the epoch
   * @param epochs of how many
   * @param step steps taken before
   * @param totalSteps steps of all epochs
   */
  record EpochStarted(int epoch, int epochs, long step, long totalSteps) {}

  /**
   * The weights changed once.
   *
   * @param epoch the epoch
   * @param step the step
   * @param totalSteps steps of all epochs
   * @param loss mean cross-entropy of the step's target tokens, in nats
   * @param learningRate AdamW's rate in this step
   * @param gradientNorm norm of all gradients together, before clipping
   * @param targetTokens target tokens in the step, end tokens included
   */
  record StepTaken(
      int epoch,
      long step,
      long totalSteps,
      double loss,
      double learningRate,
      double gradientNorm,
      long targetTokens) {}

  /**
   * An epoch is over; comes before its validation.
   *
   * @param epoch the epoch
   * @param step steps taken until now
   * @param meanLoss the epoch's loss, the mean over its target tokens
   */
  record EpochFinished(int epoch, long step, double meanLoss) {}

  /**
   * What the network says of a held-out example.
   *
   * @param clipTexts what CLIP read
   * @param text what T5 read beside the vector, or the empty string
   * @param targets what was to be said
   * @param generated what was said, decoded greedily
   */
  record ShownExample(List<String> clipTexts, String text, List<String> targets, String generated) {
    /**
     * Copies the lists.
     *
     * @param clipTexts see the record
     * @param text see the record
     * @param targets see the record
     * @param generated see the record
     */
    public ShownExample {
      clipTexts = List.copyOf(clipTexts);
      targets = List.copyOf(targets);
    }
  }

  /**
   * Held-out examples were judged.
   *
   * @param epoch the epoch
   * @param step steps taken until now
   * @param loss mean cross-entropy of all target tokens, in nats, without dropout and noise
   * @param scores metric scores by their names, in the evaluator's order; empty without one
   * @param shown a few examples and what the network says of them
   * @param best whether no earlier epoch was as good
   */
  record Validated(
      int epoch,
      long step,
      double loss,
      Map<String, Double> scores,
      List<ShownExample> shown,
      boolean best) {
    /**
     * Keeps unmodifiable views.
     *
     * @param epoch see the record
     * @param step see the record
     * @param loss see the record
     * @param scores see the record
     * @param shown see the record
     * @param best see the record
     */
    public Validated {
      scores = Collections.unmodifiableMap(scores);
      shown = List.copyOf(shown);
    }
  }

  /**
   * A checkpoint is whole and on disk.
   *
   * @param file its file
   * @param epoch the epoch
   * @param step steps taken until now
   * @param best whether it is the best epoch's weights rather than the last state
   */
  record CheckpointWritten(Path file, int epoch, long step, boolean best) {}

  /**
   * The run ends before its last epoch, because validation no longer gets better.
   *
   * @param epoch the epoch
   * @param bestEpoch the best one
   */
  record StoppedEarly(int epoch, int bestEpoch) {}

  /**
   * Called after every batch.
   *
   * @param progress how far the run is
   */
  void onProgress(Progress progress);

  /**
   * Called once, before anything is computed.
   *
   * @param device what the run computes on
   */
  default void onDevice(DeviceUsed device) {}

  /**
   * Called when texts are about to be encoded; never where all vectors are known.
   *
   * @param device what CLIP encodes on
   */
  default void onEncoderDevice(EncoderDeviceUsed device) {}

  /**
   * Called when a run goes on from a checkpoint.
   *
   * @param resumed which one
   */
  default void onResumed(Resumed resumed) {}

  /**
   * Called when an epoch begins.
   *
   * @param started which one
   */
  default void onEpochStarted(EpochStarted started) {}

  /**
   * Called after every change of the weights, before {@link #onProgress}.
   *
   * @param taken the step
   */
  default void onStep(StepTaken taken) {}

  /**
   * Called when an epoch is over.
   *
   * @param finished which one
   */
  default void onEpochFinished(EpochFinished finished) {}

  /**
   * Called after each validation.
   *
   * @param validated its result
   */
  default void onValidated(Validated validated) {}

  /**
   * Called when a checkpoint is whole and on disk.
   *
   * @param written which one
   */
  default void onCheckpoint(CheckpointWritten written) {}

  /**
   * Called when the run ends before its last epoch.
   *
   * @param stopped where
   */
  default void onStoppedEarly(StoppedEarly stopped) {}

  /**
   * Several listeners as one.
   *
   * @param listeners told one after the other
   * @return a listener that tells all of them
   */
  static TrainingListener all(TrainingListener... listeners) {
    return new ListenerGroup(List.of(listeners));
  }
}
