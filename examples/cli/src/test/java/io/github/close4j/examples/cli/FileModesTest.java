package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may read what the program writes: the process's umask says it, for every kind of file. */
final class FileModesTest {
  @TempDir private Path folder;
  private Path written;

  @BeforeEach
  void posix() throws IOException {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "skipped: no POSIX file system");
    written = folder.resolve("written");
  }

  @ParameterizedTest
  @CsvSource({
    "022, rw-r--r--, rwxr-xr-x",
    "027, rw-r-----, rwxr-x---",
    "077, rw-------, rwx------",
    "002, rw-rw-r--, rwxrwxr-x"
  })
  void theUmasks(String umask, String file, String directory) throws Exception {
    write(umask);
    Set<String> names = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    try (Stream<Path> all = Files.walk(written)) {
      for (Path path : all.toList()) {
        String name = written.relativize(path).toString();
        names.add(name);
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        if (!mode.equals(Files.isDirectory(path) ? directory : file)) {
          others.add(name + " " + mode);
        }
      }
    }
    assertEquals(Set.of(), others);
    for (String name :
        Set.of(
            "gallery.html",
            "results.json",
            "report.html",
            "vectors.safetensors",
            "gap.html",
            "adapter.safetensors",
            "graphs/captioner.onnx",
            "graphs/captioner.onnx.data",
            "scenes/captions.jsonl",
            "fresh/captioner.json",
            "model/t5.safetensors",
            "model.run/run.json",
            "model.run/log.jsonl",
            "model.run/report.html",
            "model.run/checkpoints",
            "model.run/tensorboard")) {
      assertTrue(names.contains(name), () -> name + " of " + names);
    }
  }

  @Test
  void whatIsReplacedKeepsItsMode() throws Exception {
    write("022");
    Set<PosixFilePermission> chosen = PosixFilePermissions.fromString("rw-rw----");
    Set<Path> files = new TreeSet<>();
    try (Stream<Path> all = Files.walk(written)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        Files.setPosixFilePermissions(path, chosen);
        files.add(path);
      }
    }
    write("022", "replace");
    for (Path file : files) {
      assertEquals(chosen, Files.getPosixFilePermissions(file), file::toString);
    }
  }

  /**
   * Writes with a umask, as a shell sets it, in a process of its own and its working folder: all
   * files are names alone, as a user types them.
   */
  private void write(String umask, String... replace) throws Exception {
    Path err = folder.resolve("err");
    ProcessBuilder shell =
        new ProcessBuilder(
            "sh",
            "-c",
            "umask %s && mkdir -p \"$0\" && cd \"$0\" && exec \"$@\"".formatted(umask),
            written.toString(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ProgramFiles.class.getName());
    shell.command().addAll(java.util.List.of(replace));
    int exit =
        shell
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, Files.readString(err));
  }
}
