package io.github.close4j.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Objects;

/**
 * How a {@link ClipEncoder} uses the machine.
 *
 * @param threads threads of one operation and of preparing pictures; 0 takes one a core
 * @param batchSize most texts or pictures of one run; longer lists are cut
 * @param precision in what precision matrices are multiplied; a CLIP of exported graphs has its own
 *     and opens with {@link Precision#FLOAT32} alone
 * @param device what to run on
 */
@CheckReturnValue
public record ClipEncoderOptions(int threads, int batchSize, Precision precision, Device device) {
  private static final int DEFAULT_BATCH_SIZE = 64;

  /**
   * Checks the numbers.
   *
   * @param threads see the record
   * @param batchSize see the record
   * @param precision see the record
   * @param device see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public ClipEncoderOptions {
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
   * The processor, a thread a core, 64 inputs a run, 32-bit floats.
   *
   * @return the defaults
   */
  public static ClipEncoderOptions defaults() {
    return new ClipEncoderOptions(0, DEFAULT_BATCH_SIZE, Precision.FLOAT32, Device.cpu());
  }

  /**
   * The same with other threads.
   *
   * @param count threads of one operation and of preparing pictures; 0 takes one a core
   * @return new options
   * @throws IllegalArgumentException if {@code count < 0}
   */
  public ClipEncoderOptions threads(int count) {
    return new ClipEncoderOptions(count, batchSize, precision, device);
  }

  /**
   * The same with another batch size.
   *
   * @param inputs most texts or pictures of one run
   * @return new options
   * @throws IllegalArgumentException if {@code inputs < 1}
   */
  public ClipEncoderOptions batchSize(int inputs) {
    return new ClipEncoderOptions(threads, inputs, precision, device);
  }

  /**
   * The same in another precision.
   *
   * @param multiplied in what precision matrices are multiplied
   * @return new options
   */
  public ClipEncoderOptions precision(Precision multiplied) {
    return new ClipEncoderOptions(threads, batchSize, multiplied, device);
  }

  /**
   * The same on another device.
   *
   * @param used what to run on
   * @return new options
   */
  public ClipEncoderOptions device(Device used) {
    return new ClipEncoderOptions(threads, batchSize, precision, used);
  }
}
