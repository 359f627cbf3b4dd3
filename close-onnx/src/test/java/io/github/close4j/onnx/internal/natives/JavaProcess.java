package io.github.close4j.onnx.internal.natives;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Java program in a process of its own, with the class path of the tests. */
final class JavaProcess {
  private final Path folder;
  private final List<String> before = new ArrayList<>();
  private final List<String> options = new ArrayList<>();

  /** What the process wrote and how it ended. */
  record Output(int exit, String out, String err) {
    @Override
    public String toString() {
      return "exit code " + exit + "\n" + out + "\n" + err;
    }
  }

  /** A process whose output goes through files in a folder. */
  JavaProcess(Path folder) {
    this.folder = folder;
    options.add("--enable-native-access=ALL-UNNAMED");
  }

  JavaProcess option(String option) {
    options.add(option);
    return this;
  }

  /** Without the permission that all other processes have. */
  JavaProcess withoutNativeAccess() {
    options.remove("--enable-native-access=ALL-UNNAMED");
    return this;
  }

  /** In a mount namespace of its own, where {@code mountPoint} is a small file system of memory. */
  JavaProcess mounted(Path mountPoint, String mountOptions) {
    before.addAll(inNamespace("mount -t tmpfs -o %s none %s".formatted(mountOptions, mountPoint)));
    return this;
  }

  /** Whether this system lets a process mount file systems that it alone sees. */
  static boolean canMount(Path mountPoint) throws Exception {
    List<String> command = inNamespace("mount -t tmpfs none " + mountPoint);
    command.add("true");
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  private static List<String> inNamespace(String command) {
    return new ArrayList<>(
        List.of(
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            command + " && exec \"$@\"",
            "sh"));
  }

  Output run(Class<?> program, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int exit =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Output(exit, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }
}
