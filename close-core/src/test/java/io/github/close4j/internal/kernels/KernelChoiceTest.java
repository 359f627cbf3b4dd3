package io.github.close4j.internal.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which kernels a process of its own takes, on the class path and as a named module, with the
 * incubating module and without it.
 */
final class KernelChoiceTest {
  private static final String MODULE = "io.github.close4j.core";
  private static final String[] INCUBATOR = {"--add-modules", "jdk.incubator.vector"};

  @TempDir Path folder;

  /** What the other process runs. */
  static final class Chosen {
    private Chosen() {}

    public static void main(String[] arguments) {
      Class<?> chosen = RowKernels.Choice.ACTIVE.getClass();
      System.out.print(chosen.getSimpleName() + " of " + chosen.getModule().getName());
    }
  }

  @Test
  void onTheClassPath() throws Exception {
    assertEquals("ScalarKernels of null", onClassPath());
  }

  @Test
  void onTheClassPathWithTheIncubator() throws Exception {
    assumeSameJdkAsTheCompiler();
    assertEquals("VectorKernels of null", onClassPath(INCUBATOR));
  }

  @Test
  void asANamedModule() throws Exception {
    assertEquals("ScalarKernels of " + MODULE, asModule());
  }

  @Test
  void asANamedModuleWithTheIncubator() throws Exception {
    assumeSameJdkAsTheCompiler();
    assertEquals("VectorKernels of " + MODULE, asModule(INCUBATOR));
  }

  private String onClassPath(String... options) throws Exception {
    return run(options, "-cp", System.getProperty("java.class.path"), Chosen.class.getName());
  }

  private String asModule(String... options) throws Exception {
    return run(
        options,
        "--module-path",
        modulePath(),
        "--patch-module",
        MODULE + "=" + place(Chosen.class),
        "--module",
        MODULE + "/" + Chosen.class.getName());
  }

  private String run(String[] options, String... rest) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(options));
    command.addAll(Arrays.asList(rest));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int exit = process.waitFor();
    String errors = Files.readString(err, UTF_8);
    assertEquals(0, exit, errors);
    String incubating = "WARNING: Using incubator modules: jdk.incubator.vector";
    assertEquals(options.length == 0 ? "" : incubating, errors.strip());
    return Files.readString(out, UTF_8);
  }

  /** The classes of this module and all libraries, without the classes of its tests. */
  private static String modulePath() throws IOException {
    List<String> entries =
        new ArrayList<>(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    entries.remove(place(Chosen.class));
    return String.join(File.pathSeparator, entries);
  }

  private static String place(Class<?> type) throws IOException {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (java.net.URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** The incubating module changes from one JDK to the next, and kernels of another are left. */
  private static void assumeSameJdkAsTheCompiler() {
    assumeTrue(RowKernels.Choice.ACTIVE != RowKernels.Choice.SCALAR, "kernels of another JDK");
  }
}
