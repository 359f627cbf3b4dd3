package io.github.close4j.training;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Is told how a training goes. Its methods are called on the thread that trains, in the order in
 * which things happen, and whatever one of them throws ends the training. All but {@link #onStep}
 * do nothing unless they are overridden.
 *
 * <p>Epochs and steps are counted from 1 over the whole run: a resumed run goes on counting where
 * its checkpoint was written.
 */
@FunctionalInterface
public interface TrainingListener {

  /** A listener that does nothing. */
  TrainingListener NONE = step -> {};

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
  record Step(
      int epoch,
      long step,
      long totalSteps,
      double loss,
      double learningRate,
      double gradientNorm,
      long targetTokens) {}

  /**
   * Held-out examples were judged. Lists and map are copied; the map keeps its order.
   *
   * @param epoch the epoch
   * @param step steps taken until now
   * @param loss mean cross-entropy of all target tokens, in nats, without dropout and noise
   * @param scores scores by their names, higher is better; empty if there is nothing but the loss
   * @param shown the first few of the examples
   * @param said what the network says of each of {@code shown}, decoded greedily
   * @param best whether no earlier epoch was as good
   */
  record Validated(
      int epoch,
      long step,
      double loss,
      Map<String, Double> scores,
      List<TrainingExample> shown,
      List<String> said,
      boolean best) {
    /** Copies the lists; the map is kept as a view. */
    public Validated {
      scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
      shown = List.copyOf(shown);
      said = List.copyOf(said);
    }
  }

  /**
   * Called after every change of the weights.
   *
   * @param step what changed them
   */
  void onStep(Step step);

  /**
   * Called once, before anything is computed.
   *
   * @param options how the network is trained
   * @param device what it is trained on: {@code cpu} or {@code cuda:0}
   * @param reason why on that device, in words
   */
  default void onStart(TrainingOptions options, String device, String reason) {}

  /**
   * Called when CLIP is about to encode texts; never where all vectors are known. CLIP's device
   * need not be the network's: the two have libraries of their own.
   *
   * @param device the device in words, and why it is not a GPU where one might have been
   */
  default void onEncoder(String device) {}

  /**
   * Called after each batch of texts that CLIP encodes.
   *
   * @param done texts encoded so far
   * @param total of how many
   */
  default void onEncoding(long done, long total) {}

  /**
   * Called once, when texts have been encoded or asked about, if some of them were longer than the
   * model that reads them takes: it read their beginnings. CLIP takes 77 tokens, as the method has
   * it; what a captioner takes beside a picture is part of it.
   *
   * @param cut texts that were too long, at least 1
   * @param total of how many
   */
  default void onCutTexts(long cut, long total) {}

  /**
   * Called after each batch of held-out examples that is judged.
   *
   * @param done examples judged so far
   * @param total of how many
   */
  default void onValidating(long done, long total) {}

  /**
   * Called when a run goes on from a checkpoint.
   *
   * @param checkpoint its file
   * @param epoch the epoch that the checkpoint was written in
   * @param step steps taken before it was written
   */
  default void onResumed(Path checkpoint, int epoch, long step) {}

  /**
   * Called when an epoch begins, or goes on after a checkpoint.
   *
   * @param epoch the epoch
   * @param epochs of how many
   * @param step steps taken before
   * @param totalSteps steps of all epochs
   */
  default void onEpochStarted(int epoch, int epochs, long step, long totalSteps) {}

  /**
   * Called when an epoch is over, before its validation.
   *
   * @param epoch the epoch
   * @param step steps taken until now
   * @param meanLoss the epoch's loss, the mean over its target tokens
   */
  default void onEpochFinished(int epoch, long step, double meanLoss) {}

  /**
   * Called after each validation.
   *
   * @param validated its result
   */
  default void onValidated(Validated validated) {}

  /**
   * Called when a checkpoint is whole and on disk.
   *
   * @param file its file
   * @param epoch the epoch
   * @param step steps taken until now
   * @param best whether it holds the best epoch's weights rather than the last state
   */
  default void onCheckpoint(Path file, int epoch, long step, boolean best) {}

  /**
   * Called when a run ends before its last epoch, because validation does not get better any more.
   *
   * @param epoch the last epoch that was trained
   * @param bestEpoch the best one
   */
  default void onStoppedEarly(int epoch, int bestEpoch) {}
}
