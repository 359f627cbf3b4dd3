package io.github.close4j.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.image.ImageLimits;
import java.util.Objects;

/**
 * How a {@link Captioner} or a {@link ClipEncoder} uses the machine. {@code precision} changes
 * results; {@code device} may where two tokens are nearly as likely, as a GPU sums in another
 * order; {@code attendedPadding} does where texts stand beside pictures.
 *
 * <p>Weights lie in memory-mapped files, which all models of a machine share. Beside them an opened
 * model keeps, for each kind of input and way of decoding that it is used with, a copy of the
 * matrices packed for the processor, unless {@code packedWeights} is false.
 *
 * @param threads threads of one operation, and of decoding and preparing the pictures of a run; 0
 *     takes one a core
 * @param batchSize most inputs of one run; longer lists are cut
 * @param arena whether memory for intermediate results is kept from run to run: faster, but it
 *     stays as large as the largest batch made it
 * @param packedWeights whether matrices are copied into the processor's preferred layout when a
 *     graph is prepared: faster, for about the weights' size of memory a graph
 * @param precision in what precision matrices are multiplied; models of exported graphs have their
 *     own and open with {@link Precision#FLOAT32} alone
 * @param device what to run on
 * @param attendedPadding whether T5's encoder attends to the padding behind the shorter texts of a
 *     batch, as the reference's does, which has no mask there: answers then depend on the longest
 *     text of the batch, and to repeat the reference's numbers, batches must be its batches. False,
 *     the default, masks it. The decoder never reads padding, and without text beside the pictures
 *     there is none
 * @param imageLimits how large a picture may be that a {@link Captioner} decodes from a file, a
 *     stream or bytes
 */
@CheckReturnValue
public record InferenceOptions(
    int threads,
    int batchSize,
    boolean arena,
    boolean packedWeights,
    Precision precision,
    Device device,
    boolean attendedPadding,
    ImageLimits imageLimits) {
  private static final int DEFAULT_BATCH_SIZE = 32;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public InferenceOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: expected 0 or more, found " + threads);
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize: expected at least 1, found " + batchSize);
    }
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(imageLimits, "imageLimits");
  }

  /**
   * The processor, a thread a core, 32 inputs a run, memory spent on speed, 32-bit floats, padding
   * masked, the {@linkplain ImageLimits#defaults() default} limits of pictures.
   */
  public static InferenceOptions defaults() {
    return new InferenceOptions(
        0,
        DEFAULT_BATCH_SIZE,
        true,
        true,
        Precision.FLOAT32,
        Device.cpu(),
        false,
        ImageLimits.defaults());
  }

  /**
   * The same with other threads.
   *
   * @throws IllegalArgumentException if {@code count < 0}
   */
  public InferenceOptions threads(int count) {
    return new InferenceOptions(
        count, batchSize, arena, packedWeights, precision, device, attendedPadding, imageLimits);
  }

  /**
   * The same with another batch size.
   *
   * @throws IllegalArgumentException if {@code inputs < 1}
   */
  public InferenceOptions batchSize(int inputs) {
    return new InferenceOptions(
        threads, inputs, arena, packedWeights, precision, device, attendedPadding, imageLimits);
  }

  /** The same with or without an arena. */
  public InferenceOptions arena(boolean used) {
    return new InferenceOptions(
        threads, batchSize, used, packedWeights, precision, device, attendedPadding, imageLimits);
  }

  /** The same with or without packed weights. */
  public InferenceOptions packedWeights(boolean packed) {
    return new InferenceOptions(
        threads, batchSize, arena, packed, precision, device, attendedPadding, imageLimits);
  }

  /** The same in another precision. */
  public InferenceOptions precision(Precision multiplied) {
    return new InferenceOptions(
        threads, batchSize, arena, packedWeights, multiplied, device, attendedPadding, imageLimits);
  }

  /** The same on another device. */
  public InferenceOptions device(Device used) {
    return new InferenceOptions(
        threads, batchSize, arena, packedWeights, precision, used, attendedPadding, imageLimits);
  }

  /** The same with padding attended to or masked. */
  public InferenceOptions attendedPadding(boolean attended) {
    return new InferenceOptions(
        threads, batchSize, arena, packedWeights, precision, device, attended, imageLimits);
  }

  /** The same with other limits of pictures. */
  public InferenceOptions imageLimits(ImageLimits limits) {
    return new InferenceOptions(
        threads, batchSize, arena, packedWeights, precision, device, attendedPadding, limits);
  }
}
