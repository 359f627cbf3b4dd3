package io.github.close4j.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.onnx.internal.session.DeviceProbe;
import io.github.close4j.onnx.internal.session.OnnxRuntimeLibrary;
import java.util.Objects;

/**
 * What to run graphs on: the processor, a GPU through CUDA, or whichever is there. Immutable.
 *
 * <p>A GPU needs {@code com.microsoft.onnxruntime:onnxruntime_gpu} in place of {@code onnxruntime}
 * on the class path, and the CUDA and cuDNN libraries that it was built for. CUDA graphs are not
 * among the settings: ONNX Runtime captures none of a graph that has a loop.
 */
@CheckReturnValue
public final class Device {
  private static final Device CPU = new Device(Kind.CPU, 0, 0, false, false, "");

  private final Kind kind;
  private final int index;
  private final long memoryLimitBytes;
  private final boolean exactArena;
  private final boolean tensorFloat32;
  private final String reason;

  private enum Kind {
    CPU,
    CUDA,
    AUTOMATIC
  }

  private Device(
      Kind kind,
      int index,
      long memoryLimitBytes,
      boolean exactArena,
      boolean tensorFloat32,
      String reason) {
    this.kind = kind;
    this.index = index;
    this.memoryLimitBytes = memoryLimitBytes;
    this.exactArena = exactArena;
    this.tensorFloat32 = tensorFloat32;
    this.reason = reason;
  }

  /** The processor. */
  public static Device cpu() {
    return CPU;
  }

  /**
   * A GPU, or an error when a model opens: there is no falling back to the processor.
   *
   * @param index number of the GPU, from 0
   * @return the device: without TF32, without a limit of memory, an arena that doubles
   * @throws IllegalArgumentException if {@code index < 0}
   */
  public static Device cuda(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("index: expected 0 or more, found " + index);
    }
    return new Device(Kind.CUDA, index, 0, false, false, "");
  }

  /**
   * The first GPU if it can be used, else the processor. What runs in the end, and why, is told by
   * {@link Captioner#device()} and {@link ClipEncoder#device()}.
   */
  public static Device auto() {
    return new Device(Kind.AUTOMATIC, 0, 0, false, false, "");
  }

  /**
   * The same GPU with a limit of memory.
   *
   * @param bytes most memory of the arena, which holds weights and intermediate results of one
   *     graph; 0 for no limit. The libraries of CUDA need some beside it
   * @return a new device
   * @throws IllegalArgumentException if {@code bytes < 0}, or if this is the processor
   */
  public Device memoryLimitBytes(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(
          "memoryLimitBytes: expected 0 (no limit) or more, found " + bytes);
    }
    requireGpu();
    return new Device(kind, index, bytes, exactArena, tensorFloat32, reason);
  }

  /**
   * The same GPU with another growth of the arena.
   *
   * @param exact true lets it grow by what is asked for: more allocations, no more memory than
   *     needed. False, the default, to the next power of two: few allocations, up to twice the
   *     memory
   * @return a new device
   * @throws IllegalArgumentException if this is the processor
   */
  public Device exactArena(boolean exact) {
    requireGpu();
    return new Device(kind, index, memoryLimitBytes, exact, tensorFloat32, reason);
  }

  /**
   * The same GPU with or without TF32.
   *
   * @param allowed whether products of 32-bit floats may round their factors to 10 bits of
   *     fraction: faster, and less exact than the processor. PyTorch's default for products is
   *     false, as here; ONNX Runtime's is true
   * @return a new device
   * @throws IllegalArgumentException if this is the processor
   */
  public Device tensorFloat32(boolean allowed) {
    requireGpu();
    return new Device(kind, index, memoryLimitBytes, exactArena, allowed, reason);
  }

  private void requireGpu() {
    if (kind == Kind.CPU) {
      throw new IllegalArgumentException("device: expected a GPU, found the CPU");
    }
  }

  /**
   * What this comes down to on this machine: ONNX Runtime is loaded, a GPU is made to compute
   * something, and {@link #auto} becomes the GPU or the processor.
   *
   * @return this device, or what {@link #auto} chose and {@linkplain #reason why}
   * @throws InferenceException if ONNX Runtime cannot be loaded, or if a GPU was asked for and
   *     cannot be used; the message names the missing library, driver, folder or artifact
   */
  public Device chosen() {
    OnnxRuntimeLibrary.require();
    if (kind == Kind.CPU) {
      return this;
    }
    Device gpu = new Device(Kind.CUDA, index, memoryLimitBytes, exactArena, tensorFloat32, "");
    try {
      DeviceProbe.require(gpu);
      return gpu;
    } catch (InferenceException e) {
      if (kind == Kind.CUDA) {
        throw e;
      }
      return new Device(Kind.CPU, 0, 0, false, false, String.valueOf(e.getMessage()));
    }
  }

  /** Whether this is a GPU, and nothing else will do. */
  public boolean isCuda() {
    return kind == Kind.CUDA;
  }

  /** Whether the choice is yet to be made. */
  public boolean isAutomatic() {
    return kind == Kind.AUTOMATIC;
  }

  /** Number of the GPU, from 0. */
  public int index() {
    return index;
  }

  /** Most memory of the GPU's arena in bytes; 0 for no limit. */
  public long memoryLimitBytes() {
    return memoryLimitBytes;
  }

  /** Whether the GPU's arena grows by no more than what is asked for. */
  public boolean exactArena() {
    return exactArena;
  }

  /** Whether products of 32-bit floats may be rounded to TF32. */
  public boolean tensorFloat32() {
    return tensorFloat32;
  }

  /** Why {@link #auto} chose the processor; empty if it was asked for. */
  public String reason() {
    return reason;
  }

  /** Devices are equal if the same is asked of them; the reason does not count. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Device device
        && kind == device.kind
        && index == device.index
        && memoryLimitBytes == device.memoryLimitBytes
        && exactArena == device.exactArena
        && tensorFloat32 == device.tensorFloat32;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, index, memoryLimitBytes, exactArena, tensorFloat32);
  }

  /** In words, for a log: {@code CUDA device 0}, or {@code CPU (CUDA device 0 cannot …)}. */
  @Override
  public String toString() {
    return switch (kind) {
      case CPU -> reason.isEmpty() ? "CPU" : "CPU (" + reason + ")";
      case CUDA -> "CUDA device " + index;
      case AUTOMATIC -> "CUDA device " + index + " or CPU";
    };
  }
}
