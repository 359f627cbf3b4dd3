package io.github.close4j.onnx;

import java.util.Objects;

/**
 * What graphs really run on.
 *
 * @param device a {@link CpuDevice} or a {@link CudaDevice}
 * @param description it in words, for a log: {@code CUDA device 0}, or {@code CPU (CUDA device 0
 *     cannot be used: …)}
 */
public record ActiveDevice(Device device, String description) {

  /**
   * Checks that the choice is made.
   *
   * @param device see the record
   * @param description see the record
   * @throws IllegalArgumentException if the device is one that is yet to be chosen
   */
  public ActiveDevice {
    if (device instanceof AutomaticDevice) {
      throw new IllegalArgumentException("device: expected a CPU or CUDA device, found " + device);
    }
    Objects.requireNonNull(description, "description");
  }

  @Override
  public String toString() {
    return description;
  }
}
