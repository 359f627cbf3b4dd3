package io.github.close4j.training.internal.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.onnx.InferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where libtorch cannot be loaded, each time in a process of its own. JavaCPP by itself takes
 * another folder where its own cannot be written to.
 */
final class NativeLibrariesTest {
  private static final String SETTING = "-Dorg.bytedeco.javacpp.cachedir";

  @TempDir private Path folder;

  /** Tries twice, and prints what came of it. */
  static final class Application {
    private Application() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try {
          TorchRuntime.initialize(1, 1);
          System.out.println("works");
        } catch (InferenceException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "size=1m, ' bytes left, and '",
    "'noexec,size=1g', its folder's file system allows no programs (noexec)",
  })
  void unusableCache(String mountOptions, String reason) throws Exception {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    List<String> mount =
        List.of(
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o %s none %s && exec \"$@\"".formatted(mountOptions, cache),
            "sh");
    assumeTrue(works(mount), "skipped: this system allows no mounts of one's own");
    assertRefused(run(mount, SETTING + "=" + cache), reason, cache);
  }

  @Test
  void platformWithoutLibraries() throws Exception {
    Path cache = folder.resolve("cache");
    assertRefused(
        run(List.of(), SETTING + "=" + cache, "-Dos.arch=ppc64le"),
        "there is none for " + System.getProperty("os.name") + " on ppc64le",
        cache);
  }

  private static void assertRefused(List<String> lines, String reason, Path cache) {
    assertEquals(2, lines.size(), lines::toString);
    for (String line : lines) {
      assertTrue(line.startsWith("libtorch cannot be loaded: "), line);
      assertTrue(line.contains(reason), line);
      assertTrue(
          line.contains("It is loaded from %s; %s sets another folder".formatted(cache, SETTING)),
          line);
    }
  }

  private static boolean works(List<String> before) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add("true");
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private List<String> run(List<String> before, String... options) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Application.class.getName()));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int exit =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, Files.readString(err));
    return Files.readString(out).lines().toList();
  }
}
