package io.github.close4j.training.internal.torch;

import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.onnx.internal.natives.NativeLibrary;
import io.github.close4j.onnx.internal.natives.UnpackedLibrary;
import io.github.close4j.onnx.internal.tokenizer.LibraryLogging;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.slf4j.LoggerFactory;

/** Start-up and process-wide settings of libtorch. */
public final class TorchRuntime {
  /** Held during a step; fair, so that a process that ends gets it after the present step. */
  private static final Lock STEP = new ReentrantLock(true);

  /** Where JavaCPP logs; by itself on standard error, that the two versions it loads differ. */
  private static final String NATIVES_LOGGER = "org.bytedeco.javacpp.logger";

  private static final String CACHE_SETTING = "org.bytedeco.javacpp.cachedir";

  static {
    LibraryLogging.start();
    if (System.getProperty(NATIVES_LOGGER) == null && nativesReadSlf4j()) {
      System.setProperty(NATIVES_LOGGER, "slf4j");
    }
  }

  private static final NativeLibrary LIBRARY =
      new NativeLibrary("libtorch", TorchRuntime::unpacked, TorchRuntime::load);

  private static volatile boolean cuda;

  private TorchRuntime() {}

  /** As a named module JavaCPP does not, unless it is told to, and would then fail to start. */
  private static boolean nativesReadSlf4j() {
    Module natives = Loader.class.getModule();
    return natives.canRead(LoggerFactory.class.getModule());
  }

  private static UnpackedLibrary unpacked() {
    String file =
        "org/bytedeco/pytorch/%s/%s"
            .formatted(Loader.getPlatform(), System.mapLibraryName("torch_cpu"));
    return new UnpackedLibrary(
        cacheFolder(), "-D" + CACHE_SETTING, UnpackedLibrary.resource(file), true);
  }

  private static Path cacheFolder() {
    try {
      return Loader.getCacheDir().toPath().toAbsolutePath();
    } catch (IOException e) {
      // It could make none of those that it tries; the first of them is.
      return Path.of(System.getProperty(CACHE_SETTING, System.getProperty("user.home")))
          .toAbsolutePath();
    }
  }

  private static void load() {
    extractCudaNatives();
    Loader.load(openblas.class);
    Loader.load(torch.class);
  }

  /**
   * Puts all of libtorch's natives for CUDA beside each other, if they are on the class path.
   * JavaCPP extracts and loads one after the other, those for CUDA before those that they need:
   * where they were never extracted before, the first process would be left with the processor.
   */
  private static void extractCudaNatives() {
    URL natives =
        TorchRuntime.class.getResource("/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/");
    if (natives == null) {
      return;
    }
    try {
      Loader.cacheResource(natives);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot extract libtorch's natives: " + FileFailure.reason(e), e);
    }
  }

  /**
   * Loads libtorch, sets its threads, and chooses the processor as its device. OpenBLAS gets one
   * thread: its pool and libtorch's OpenMP pool slow each other down several times.
   *
   * @throws io.github.close4j.onnx.InferenceException if libtorch cannot be loaded
   * @throws IllegalArgumentException if {@code threads < 1}
   */
  public static void initialize(int threads, long seed) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
    }
    LIBRARY.require();
    openblas.blas_set_num_threads(1);
    torch.set_num_threads(threads);
    // A thread takes the number over at its first question for it, which must come before workers
    // set theirs.
    torch.get_num_threads();
    torch.manual_seed(seed);
    cuda = false;
  }

  /** Whether libtorch can use a CUDA device: its natives are those with CUDA, and there is one. */
  public static boolean hasCuda() {
    return torch.cuda_is_available();
  }

  /**
   * Makes CUDA's first device that of all tensors made from now on.
   *
   * @throws IllegalStateException if there is none
   */
  public static void useCuda() {
    if (!hasCuda()) {
      throw new IllegalStateException("expected a CUDA device, found none that libtorch can use");
    }
    cuda = true;
  }

  /** Whether new tensors lie on a CUDA device. */
  public static boolean usesCuda() {
    return cuda;
  }

  /**
   * Runs one step of a long computation. Tensors made in it are freed afterwards; a process that is
   * asked to end meanwhile waits for it, and begins no other.
   */
  @SuppressWarnings("try") // the scope frees what is made within it
  public static <T> T step(Supplier<T> step) {
    // Takes the lock over and keeps it: libtorch must not be unloaded under a computation.
    Thread endOfProcess = new Thread(STEP::lock, "wait-for-training-step");
    STEP.lock();
    try (PointerScope scope = new PointerScope()) {
      addHook(endOfProcess);
      return step.get();
    } finally {
      removeHook(endOfProcess);
      STEP.unlock();
    }
  }

  private static void addHook(Thread hook) {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: nothing more is to be computed.
      new Semaphore(0).acquireUninterruptibly();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook waits for this step alone.
    }
  }

  /** Runs a computation with matrix products in bfloat16 (autocast), on this thread only. */
  public static <T> T withBfloat16(boolean enabled, Supplier<T> computation) {
    if (!enabled) {
      return computation.get();
    }
    DeviceType device = cuda ? DeviceType.CUDA : DeviceType.CPU;
    torch.set_autocast_dtype(device, ScalarType.BFloat16);
    // Casts would be kept for all threads together, and beyond the step that changes their weights.
    torch.set_autocast_cache_enabled(false);
    torch.set_autocast_enabled(device, true);
    try {
      return computation.get();
    } finally {
      torch.set_autocast_enabled(device, false);
    }
  }
}
