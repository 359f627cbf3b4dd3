package io.github.close4j.training;

/** Is told how a run goes; its methods are called on the training thread. */
public interface TrainingListener {

  /** A listener that does nothing. */
  TrainingListener NONE = progress -> {};

  /** A part of a run that takes a while. */
  enum Phase {
    /** CLIP encodes the texts that are not on disk yet. */
    ENCODING,
    /** The network is trained. */
    TRAINING
  }

  /**
   * How far a phase is.
   *
   * @param phase the phase
   * @param done texts encoded, or steps taken
   * @param total of how many
   * @param loss mean cross-entropy of the step's target tokens, in nats; NaN while encoding
   */
  record Progress(Phase phase, long done, long total, double loss) {}

  /**
   * Called after every batch.
   *
   * @param progress how far the run is
   */
  void onProgress(Progress progress);
}
