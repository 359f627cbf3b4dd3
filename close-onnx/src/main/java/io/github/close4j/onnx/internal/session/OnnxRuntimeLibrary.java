package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import io.github.close4j.onnx.internal.natives.NativeLibrary;
import io.github.close4j.onnx.internal.natives.UnpackedLibrary;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** ONNX Runtime's native library, which it unpacks into the temporary folder at each start. */
public final class OnnxRuntimeLibrary {
  /** Where an application keeps libraries of its own, which are not unpacked. */
  private static final String OWN_FOLDER = "onnxruntime.native.path";

  private static final NativeLibrary LIBRARY =
      new NativeLibrary("ONNX Runtime", OnnxRuntimeLibrary::unpacked, OnnxRuntimeLibrary::load);

  private OnnxRuntimeLibrary() {}

  /**
   * Loads the library unless it is.
   *
   * @throws io.github.close4j.onnx.InferenceException if it cannot be loaded
   */
  public static void require() {
    LIBRARY.require();
  }

  /** As {@link #require}; gives what sessions are made with. */
  static OrtEnvironment environment() {
    require();
    return OrtEnvironment.getEnvironment();
  }

  private static UnpackedLibrary unpacked() {
    String own = System.getProperty(OWN_FOLDER);
    String file = System.mapLibraryName("onnxruntime");
    if (own != null) {
      Path folder = Path.of(own).toAbsolutePath();
      return new UnpackedLibrary(folder, "-D" + OWN_FOLDER, url(folder.resolve(file)), true);
    }
    Path folder = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    String resource = "ai/onnxruntime/native/%s/%s".formatted(platform(), file);
    return new UnpackedLibrary(
        folder, "-Djava.io.tmpdir", UnpackedLibrary.resource(resource), false);
  }

  private static @Nullable URL url(Path file) {
    try {
      return Files.exists(file) ? file.toUri().toURL() : null;
    } catch (MalformedURLException e) {
      return null;
    }
  }

  /** A name as the jar's folders have; it has none for Macs with Intel's processors. */
  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return (system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux")
        + "-"
        + (processor.matches("amd64|x86_64") ? "x64" : processor);
  }

  private static void load() {
    try {
      OrtEnvironment.getEnvironment();
    } finally {
      deleteUnpacked();
    }
  }

  /**
   * Deletes the files that were unpacked. ONNX Runtime has the JVM do that when it ends, the folder
   * before what is in it, so that a folder would stay behind each time. Where the system keeps a
   * loaded file from being deleted, it does stay.
   */
  private static void deleteUnpacked() {
    try {
      Field field = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("tempDirectory");
      field.setAccessible(true);
      if (field.get(null) instanceof Path folder) {
        Files.deleteIfExists(folder.resolve(System.mapLibraryName("onnxruntime")));
        Files.deleteIfExists(folder.resolve(System.mapLibraryName("onnxruntime4j_jni")));
      }
    } catch (ReflectiveOperationException | RuntimeException | IOException | LinkageError e) {
      // Another version of ONNX Runtime, or another system: files stay as long as it leaves them.
    }
  }
}
