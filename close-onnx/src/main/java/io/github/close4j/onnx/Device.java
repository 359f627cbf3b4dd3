package io.github.close4j.onnx;

/** What to run graphs on. */
public sealed interface Device permits CpuDevice, CudaDevice, AutomaticDevice {

  /**
   * The processor.
   *
   * @return the device
   */
  static Device cpu() {
    return new CpuDevice();
  }

  /**
   * A GPU, or an error: there is no falling back to the processor. Needs {@code onnxruntime_gpu} in
   * place of {@code onnxruntime} on the class path, and the CUDA and cuDNN libraries that it was
   * built for.
   *
   * @param index number of the GPU, from 0
   * @return the device, in 32-bit floats without TF32 and without a limit of memory
   * @throws IllegalArgumentException if {@code index < 0}
   */
  static CudaDevice cuda(int index) {
    return new CudaDevice(index, CudaDevice.NO_LIMIT, CudaDevice.ArenaGrowth.POWER_OF_TWO, false);
  }

  /**
   * The first GPU if it can be used, else the processor. What runs in the end, and why, is told by
   * {@link ActiveDevice}.
   *
   * @return the device
   */
  static Device auto() {
    return new AutomaticDevice(cuda(0));
  }
}
