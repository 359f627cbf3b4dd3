package io.github.close4j.training.torch;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Start-up and process-wide settings of libtorch. */
public final class TorchRuntime {
  /** Held during a step; fair, so that a process that ends gets it after the present step. */
  private static final Lock STEP = new ReentrantLock(true);

  static {
    // Never given back: the process ends, and libtorch must not be unloaded under a computation.
    Runtime.getRuntime().addShutdownHook(new Thread(STEP::lock, "wait-for-training-step"));
  }

  private TorchRuntime() {}

  /**
   * Loads libtorch and sets its threads. OpenBLAS gets one thread: its pool and libtorch's OpenMP
   * pool slow each other down several times.
   *
   * @param threads threads of one operation
   * @param seed seed of libtorch's own generator, which draws dropout masks
   * @throws IllegalArgumentException if {@code threads < 1}
   */
  public static void initialize(int threads, long seed) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
    }
    Loader.load(openblas.class);
    openblas.blas_set_num_threads(1);
    torch.set_num_threads(threads);
    torch.manual_seed(seed);
  }

  /**
   * Runs one step of a long computation. Tensors made in it are freed afterwards; a process that is
   * asked to end meanwhile waits for it, and begins no other.
   *
   * @param step what to run
   * @param <T> its result
   * @return the step's result
   */
  @SuppressWarnings("try") // the scope frees what is made within it
  public static <T> T step(Supplier<T> step) {
    STEP.lock();
    try (PointerScope scope = new PointerScope()) {
      return step.get();
    } finally {
      STEP.unlock();
    }
  }

  /**
   * Runs a computation with matrix products in bfloat16 (autocast on the CPU), on this thread only.
   *
   * @param enabled whether to cast at all
   * @param computation what to run
   * @param <T> its result
   * @return the computation's result
   */
  public static <T> T withBfloat16(boolean enabled, Supplier<T> computation) {
    if (!enabled) {
      return computation.get();
    }
    torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
    torch.set_autocast_enabled(DeviceType.CPU, true);
    try {
      return computation.get();
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, false);
      torch.clear_cache();
    }
  }
}
