package io.github.close4j.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Objects;

/**
 * How a captioner uses the machine. {@code precision} changes captions; {@code device} may where
 * two tokens are nearly as likely, as a GPU sums in another order.
 *
 * <p>Weights lie in memory-mapped files, which all captioners of a machine share. Beside them a
 * captioner keeps, for each kind of input and way of decoding that it is used with, a copy of the
 * matrices packed for the processor, unless {@link #packedWeights} is false.
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
 */
@CheckReturnValue
public record CaptionerOptions(
    int threads,
    int batchSize,
    boolean arena,
    boolean packedWeights,
    Precision precision,
    Device device) {
  private static final int DEFAULT_BATCH_SIZE = 32;

  /**
   * Checks the numbers.
   *
   * @param threads see the record
   * @param batchSize see the record
   * @param arena see the record
   * @param packedWeights see the record
   * @param precision see the record
   * @param device see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public CaptionerOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: expected 0 or more, found " + threads);
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize: expected at least 1, found " + batchSize);
    }
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(device, "device");
  }

  /**
   * The processor, a thread a core, 32 inputs a run, memory spent on speed.
   *
   * @return the defaults
   */
  public static CaptionerOptions defaults() {
    return new CaptionerOptions(0, DEFAULT_BATCH_SIZE, true, true, Precision.FLOAT32, Device.cpu());
  }

  /**
   * The same with other threads.
   *
   * @param count threads of one operation, and of preparing the pictures of a run; 0 takes one a
   *     core
   * @return new options
   * @throws IllegalArgumentException if {@code count < 0}
   */
  public CaptionerOptions threads(int count) {
    return new CaptionerOptions(count, batchSize, arena, packedWeights, precision, device);
  }

  /**
   * The same with another batch size.
   *
   * @param inputs most inputs of one run
   * @return new options
   * @throws IllegalArgumentException if {@code inputs < 1}
   */
  public CaptionerOptions batchSize(int inputs) {
    return new CaptionerOptions(threads, inputs, arena, packedWeights, precision, device);
  }

  /**
   * The same with or without an arena.
   *
   * @param used whether memory for intermediate results is kept from run to run
   * @return new options
   */
  public CaptionerOptions arena(boolean used) {
    return new CaptionerOptions(threads, batchSize, used, packedWeights, precision, device);
  }

  /**
   * The same with or without packed weights.
   *
   * @param packed whether matrices are copied into the processor's preferred layout
   * @return new options
   */
  public CaptionerOptions packedWeights(boolean packed) {
    return new CaptionerOptions(threads, batchSize, arena, packed, precision, device);
  }

  /**
   * The same in another precision.
   *
   * @param kept in what precision matrices are kept and multiplied
   * @return new options
   */
  public CaptionerOptions precision(Precision kept) {
    return new CaptionerOptions(threads, batchSize, arena, packedWeights, kept, device);
  }

  /**
   * The same on another device.
   *
   * @param used what to run on
   * @return new options
   */
  public CaptionerOptions device(Device used) {
    return new CaptionerOptions(threads, batchSize, arena, packedWeights, precision, used);
  }
}
