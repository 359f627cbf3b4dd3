package io.github.close4j.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Objects;

/**
 * A GPU through CUDA.
 *
 * <p>CUDA graphs are not among the options: ONNX Runtime captures none of a graph that has a loop,
 * and needs inputs at fixed addresses of the GPU, which its Java API cannot give.
 *
 * @param index number of the GPU, from 0
 * @param memoryLimitBytes most memory of the arena, which holds weights and intermediate results of
 *     one graph; {@link #NO_LIMIT} for none. The libraries of CUDA need some beside it
 * @param arenaGrowth by how much the arena grows
 * @param tensorFloat32 whether products of 32-bit floats may round their factors to 10 bits of
 *     fraction (TF32): faster, and less exact than the processor. PyTorch's default for products is
 *     false, ONNX Runtime's is true
 */
@CheckReturnValue
public record CudaDevice(
    int index, long memoryLimitBytes, ArenaGrowth arenaGrowth, boolean tensorFloat32)
    implements Device {

  /** No limit of memory. */
  public static final long NO_LIMIT = 0;

  /** How the arena grows when it is full. */
  public enum ArenaGrowth {
    /** To the next power of two: few allocations, up to twice the memory. */
    POWER_OF_TWO,
    /** By what is asked for: more allocations, no more memory than needed. */
    AS_REQUESTED
  }

  /**
   * Checks the numbers.
   *
   * @param index see the record
   * @param memoryLimitBytes see the record
   * @param arenaGrowth see the record
   * @param tensorFloat32 see the record
   * @throws IllegalArgumentException if one is negative
   */
  public CudaDevice {
    if (index < 0) {
      throw new IllegalArgumentException("index: expected 0 or more, found " + index);
    }
    if (memoryLimitBytes < 0) {
      throw new IllegalArgumentException(
          "memoryLimitBytes: expected 0 (no limit) or more, found " + memoryLimitBytes);
    }
    Objects.requireNonNull(arenaGrowth, "arenaGrowth");
  }

  /**
   * The same with a limit of memory.
   *
   * @param bytes most memory of the arena; {@link #NO_LIMIT} for none
   * @return a new device
   * @throws IllegalArgumentException if {@code bytes < 0}
   */
  public CudaDevice memoryLimitBytes(long bytes) {
    return new CudaDevice(index, bytes, arenaGrowth, tensorFloat32);
  }

  /**
   * The same with another growth of the arena.
   *
   * @param growth by how much the arena grows
   * @return a new device
   */
  public CudaDevice arenaGrowth(ArenaGrowth growth) {
    return new CudaDevice(index, memoryLimitBytes, growth, tensorFloat32);
  }

  /**
   * The same with or without TF32.
   *
   * @param allowed whether products of 32-bit floats may be rounded
   * @return a new device
   */
  public CudaDevice tensorFloat32(boolean allowed) {
    return new CudaDevice(index, memoryLimitBytes, arenaGrowth, allowed);
  }

  @Override
  public String toString() {
    return "CUDA device " + index;
  }
}
