package io.github.close4j.adapter;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.embedding.EmbeddingBatch;

/**
 * A change to CLIP text vectors that lets a decoder trained on them read CLIP image vectors later.
 *
 * <p>Both methods work in place on rows that are L2-normalised; in training the result is
 * L2-normalised, too. Implementations are thread-safe, let no row influence another, and draw
 * randomness from the given noise alone, so that a training run can be repeated bit for bit.
 *
 * <p>Source: CLOSE (arXiv 2211.09778), section 2.2; {@code language_shift} in the reference.
 */
public interface ModalityAdapter {
  /**
   * Adapts text vectors for a training step.
   *
   * @param batch {@code [rows, dimension]}, L2-normalised rows; changed in place
   * @param noise the random draws of the batch's examples, one example a row
   * @throws IllegalArgumentException if the batch's dimension does not fit the adapter, if the
   *     noise has another number of rows than the batch, or if an adapted row cannot be normalised
   */
  void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise);

  /**
   * Adapts text vectors for evaluation on text; draws nothing.
   *
   * @param batch {@code [rows, dimension]}, L2-normalised rows; changed in place
   * @throws IllegalArgumentException if the batch's dimension does not fit the adapter, or if an
   *     adapted row cannot be normalised
   */
  void adaptForEvaluation(EmbeddingBatch batch);

  /**
   * This adapter and then another, as {@code shift.then(new GaussianNoise(0.04))}.
   *
   * <pre>
   *   training:    next(this(x)), each with draws of its own
   *   evaluation:  next(this(x))
   * </pre>
   *
   * <p>A {@link MeanShift} or {@link LinearAdapter} without normalisation that has another adapter
   * behind it hands its rows on as they are, in training as in evaluation, and leaves it to that
   * one to bring them back to the unit sphere. So does {@link CovarianceNoise} in training if a
   * {@link GaussianNoise} follows it at once.
   *
   * <p>Of this library's adapters in a sequence the first that draws reads the given noise itself,
   * and so draws what it would draw alone; the k-th after it reads {@link ExampleNoise#stage
   * stage(k − 1)}. An adapter of your own reads a stream that is independent of all these. However
   * {@code then} is nested, the sequence is the same; {@link #identity()} and noise of standard
   * deviation 0 vanish from it.
   *
   * @param next reads what this adapter gives
   * @return the sequence of both
   */
  @CheckReturnValue
  default ModalityAdapter then(ModalityAdapter next) {
    return AdapterSequence.of(this, next);
  }

  /**
   * The adapter that changes nothing: training reads the bare text vectors.
   *
   * <p>Source: the "no noise" rows of CLOSE (arXiv 2211.09778), section 3.
   *
   * @return {@code x -> x}, in training and in evaluation
   */
  static ModalityAdapter identity() {
    return AdapterSequence.IDENTITY;
  }
}
