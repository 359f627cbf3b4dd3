package io.github.close4j.onnx.internal.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.TinyModel;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an application's native libraries cannot be loaded, each time in a process of its own. */
final class NativeLibrariesTest {
  private static final String HELP = "see close-onnx/README.md#native-libraries";

  @TempDir private Path folder;
  private Path model;
  private Path special;
  private Path temporary;
  private Path home;

  /** Tries twice, as a server does, and prints what came of it. */
  static final class Application {
    private Application() {}

    public static void main(String[] arguments) {
      Path model = Path.of(arguments[0]);
      for (int i = 0; i < 2; i++) {
        say(() -> caption(model));
        say(() -> encode(model));
      }
    }

    private static void caption(Path model) {
      try (Captioner captioner = Captioner.open(model)) {
        captioner.caption(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB));
      }
    }

    private static void encode(Path model) {
      try (ClipEncoder clip = ClipEncoder.open(model)) {
        clip.texts(List.of("w3"));
      }
    }

    private static void say(Runnable action) {
      try {
        action.run();
        System.out.println("works");
      } catch (InferenceException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Runs the application in two class loaders, one after the other, as a web container does. */
  static final class Container {
    private Container() {}

    public static void main(String[] arguments) throws Exception {
      List<URL> libraries = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        libraries.add(Path.of(entry).toUri().toURL());
      }
      for (int i = 0; i < 2; i++) {
        // Open to the end: an application in service.
        ClassLoader own =
            new URLClassLoader(libraries.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Thread.currentThread().setContextClassLoader(own);
        var main = own.loadClass(Application.class.getName()).getMethod("main", String[].class);
        main.setAccessible(true);
        main.invoke(null, (Object) arguments);
      }
    }
  }

  @BeforeEach
  void folders() throws IOException {
    model = TinyModel.write(folder, TinyModel.PROJECTION);
    special = Files.createDirectory(folder.resolve("special"));
    temporary = Files.createDirectory(folder.resolve("temporary"));
    home = Files.createDirectory(folder.resolve("home"));
  }

  /** One that starts as an application does that has neither run before nor any trouble. */
  private JavaProcess process() {
    return new JavaProcess(folder)
        .option("-Djava.io.tmpdir=" + temporary)
        .option("-Duser.home=" + home);
  }

  @Test
  void nothingStaysInTheTemporaryFolder() throws Exception {
    JavaProcess.Output output = process().run(Application.class, model);
    assertEquals("works\n".repeat(4), output.out().replace("\r", ""), output::toString);
    assertEquals("", output.err());
    assertEquals(List.of(), filesIn(temporary));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Djava.io.tmpdir=", "-Donnxruntime.native.path="})
  void missingFolderOfOnnxRuntime(String setting) throws Exception {
    Path missing = folder.resolve("missing");
    JavaProcess.Output output = process().option(setting + missing).run(Application.class, model);
    assertRefused(output, "ONNX Runtime", missing, setting.replace("=", ""));
    assertFalse(Files.exists(missing));
  }

  @Test
  void aFileInPlaceOfTheTemporaryFolder() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    JavaProcess.Output output =
        process().option("-Djava.io.tmpdir=" + file).run(Application.class, model);
    assertRefused(output, file + " is no folder", file, "-Djava.io.tmpdir");
  }

  @ParameterizedTest
  @CsvSource({
    "size=1m, 'has 1048576 bytes left, and '",
    "noexec, its folder's file system allows no programs (noexec)",
    "ro, 'cannot be written to: no permission, or a read-only file system'"
  })
  void unusableTemporaryFolder(String mountOptions, String reason) throws Exception {
    assumeTrue(JavaProcess.canMount(special), "skipped: this system allows no mounts of one's own");
    JavaProcess.Output output =
        process()
            .mounted(special, mountOptions)
            .option("-Djava.io.tmpdir=" + special)
            .run(Application.class, model);
    assertRefused(output, reason, special, "-Djava.io.tmpdir");
  }

  @ParameterizedTest
  @CsvSource({
    "size=1m, ' bytes left, and '",
    "noexec, its folder's file system allows no programs (noexec)",
    "ro, 'cannot be written to: no permission, or a read-only file system'"
  })
  void unusableCacheOfTokenizers(String mountOptions, String reason) throws Exception {
    assumeTrue(JavaProcess.canMount(special), "skipped: this system allows no mounts of one's own");
    JavaProcess.Output output =
        process()
            .mounted(special, mountOptions)
            .option("-DENGINE_CACHE_DIR=" + special)
            .run(Application.class, model);
    assertRefused(output, reason, special.resolve("tokenizers"), "ENGINE_CACHE_DIR");
    assertEquals(List.of(), filesIn(temporary));
  }

  @Test
  void homeThatCannotBeWrittenTo() throws Exception {
    assumeTrue(JavaProcess.canMount(home), "skipped: this system allows no mounts of one's own");
    JavaProcess.Output output = process().mounted(home, "ro").run(Application.class, model);
    assertEquals("works\n".repeat(4), output.out(), output::toString);
  }

  @ParameterizedTest
  @CsvSource({"Mac OS X, x86_64", "Linux, ppc64le", "Windows 11, aarch64"})
  void platformWithoutLibraries(String system, String processor) throws Exception {
    JavaProcess.Output output =
        process()
            .option("-Dos.name=" + system)
            .option("-Dos.arch=" + processor)
            .run(Application.class, model);
    assertRefused(
        output,
        "there is none for %s on %s".formatted(system, processor),
        temporary,
        "-Djava.io.tmpdir");
  }

  /** The first application keeps the tokenizers' library; the second is told so. */
  @Test
  void secondClassLoader() throws Exception {
    JavaProcess.Output output = process().run(Container.class, model);
    List<String> lines = output.out().lines().toList();
    assertEquals(List.of("works", "works", "works", "works"), lines.subList(0, 4));
    assertEquals(8, lines.size(), output::toString);
    for (String line : lines.subList(4, 8)) {
      assertTrue(
          line.startsWith(
              "the tokenizers' library cannot be loaded: another class loader of this process"),
          line);
    }
    assertEquals(List.of(), filesIn(temporary));
  }

  /** A process that allows no native access; older JDKs know no such thing. */
  @Test
  void nativeAccessDenied() throws Exception {
    assumeTrue(Runtime.version().feature() >= 24, "skipped: a JDK that denies no native access");
    JavaProcess.Output output =
        process()
            .withoutNativeAccess()
            .option("--illegal-native-access=deny")
            .run(Application.class, model);
    assertRefused(output, "--enable-native-access=ALL-UNNAMED", temporary, "-Djava.io.tmpdir");
  }

  private static void assertRefused(
      JavaProcess.Output output, String reason, Path from, String setting) {
    assertEquals(0, output.exit(), output::toString);
    List<String> lines = output.out().lines().toList();
    assertEquals(4, lines.size(), output::toString);
    for (String line : lines) {
      assertTrue(line.contains(" cannot be loaded: "), line);
      assertTrue(line.contains(reason), line);
      assertTrue(
          line.contains(
              "It is loaded from %s; %s sets another folder, %s".formatted(from, setting, HELP)),
          line);
    }
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
