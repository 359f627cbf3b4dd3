package io.github.close4j.onnx;

import java.util.Objects;

/**
 * A GPU if it can be used, else the processor.
 *
 * @param preferred the GPU
 */
public record AutomaticDevice(CudaDevice preferred) implements Device {

  /**
   * Checks that there is a GPU to prefer.
   *
   * @param preferred see the record
   */
  public AutomaticDevice {
    Objects.requireNonNull(preferred, "preferred");
  }
}
