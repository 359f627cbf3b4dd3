package io.github.close4j.onnx.internal.natives;

import io.github.close4j.onnx.InferenceException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A native library that is unpacked from a jar and loaded, once a process. Where that fails, the
 * JVM tells why at the first try alone; later ones only find that a class cannot be used. Here each
 * try tells the same: the reason, the folder, and the setting that names another. Thread-safe.
 */
public final class NativeLibrary {
  /** Where README tells what to do; a stable anchor. */
  static final String HELP = "see close-onnx/README.md#native-libraries";

  private final String name;
  private final Supplier<UnpackedLibrary> unpacked;
  private final Runnable loading;
  private boolean loaded;
  private @Nullable Throwable failure;
  private String problem = "";

  /**
   * A library that is not loaded yet.
   *
   * @param name what messages call it
   * @param unpacked where it will go; asked when it is to be loaded, and may load its classes
   * @param loading loads it
   */
  public NativeLibrary(String name, Supplier<UnpackedLibrary> unpacked, Runnable loading) {
    this.name = name;
    this.unpacked = unpacked;
    this.loading = loading;
  }

  /**
   * Loads the library unless it is.
   *
   * @throws InferenceException if it cannot be loaded. What is in the way of unpacking is looked
   *     for first, so that a try after it was mended may succeed; what fails later fails for good
   */
  public synchronized void require() {
    if (loaded) {
      return;
    }
    if (failure != null) {
      throw new InferenceException(problem, failure);
    }
    UnpackedLibrary library = unpacked.get();
    String obstacle = library.obstacle();
    if (obstacle != null) {
      throw new InferenceException(message(obstacle, library), null);
    }
    try {
      loading.run();
      loaded = true;
    } catch (LinkageError | RuntimeException e) {
      failure = e;
      problem =
          message(NativeFailure.reason(e, library), library)
              + "; the JVM says: "
              + NativeFailure.said(e);
      throw new InferenceException(problem, e);
    }
  }

  private String message(String reason, UnpackedLibrary library) {
    return "%s cannot be loaded: %s. It is loaded from %s; %s sets another folder, %s"
        .formatted(name, reason, library.folder(), library.setting(), HELP);
  }
}
