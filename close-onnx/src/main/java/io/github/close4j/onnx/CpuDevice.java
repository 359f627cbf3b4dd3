package io.github.close4j.onnx;

/** The processor. */
public record CpuDevice() implements Device {
  @Override
  public String toString() {
    return "CPU";
  }
}
