package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.examples.world.BuiltInModel;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * "Permission denied" is told from "not there", wherever a file or folder of the user is opened.
 * The superuser, whom no mode stops, gives up that privilege first.
 */
final class ForbiddenFilesTest {
  private static final List<String> WITHOUT_PRIVILEGE =
      List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all");

  @TempDir private Path folder;
  private Path forbidden;
  private List<String> before = List.of();

  @BeforeEach
  void files() throws Exception {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "skipped: no POSIX file system");
    forbidden = Files.createDirectory(folder.resolve("forbidden"));
    Path model = Files.createDirectory(forbidden.resolve("model"));
    try (Stream<Path> files = Files.list(BuiltInModel.SCENES.directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    for (String name :
        List.of("config.json", "vision_model.onnx", "text_model.onnx", "encoder_model.onnx")) {
      Files.writeString(model.resolve(name), "{}");
    }
    for (String name :
        List.of(
            "captions.txt", "captions.json", "photo.png", "adapter.safetensors", "vectors.npy")) {
      Files.writeString(forbidden.resolve(name), "a cat\n");
    }
    if (mayReadAll(List.of())) {
      before = WITHOUT_PRIVILEGE;
      assumeTrue(!mayReadAll(before), "skipped: the superuser cannot give up reading everything");
    }
  }

  @AfterEach
  void remove() throws IOException {
    try (Stream<Path> none = Stream.of(forbidden, forbidden.resolve("model"))) {
      none.forEach(directory -> setMode(directory, "rwx------"));
    }
    MoreFiles.deleteRecursively(forbidden, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  @Test
  void filesThatMayNotBeRead() throws Exception {
    try (Stream<Path> files = Files.walk(forbidden)) {
      files.filter(Files::isRegularFile).forEach(file -> setMode(file, "---------"));
    }
    assertAllSayPermissionDenied("read", 19);
  }

  @Test
  void foldersThatMayNotBeEntered() throws Exception {
    setMode(forbidden.resolve("model"), "---------");
    setMode(forbidden, "---------");
    assertAllSayPermissionDenied("read", 19);
    assertAllSayPermissionDenied("write", 7);
  }

  @Test
  void foldersThatMayNotBeWrittenTo() throws Exception {
    setMode(forbidden, "r-xr-xr-x");
    assertAllSayPermissionDenied("write", 7);
  }

  private void assertAllSayPermissionDenied(String action, int ways) throws Exception {
    List<String> said = run(action);
    assertEquals(
        List.of(), said.stream().filter(line -> !line.contains("permission denied")).toList());
    assertEquals(ways, said.size());
  }

  private List<String> run(String action) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ForbiddenFiles.class.getName(),
            action,
            forbidden.toString()));
    int exit =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, Files.readString(err));
    return Files.readAllLines(out);
  }

  private boolean mayReadAll(List<String> privileges) throws Exception {
    Path file = Files.writeString(folder.resolve("probe"), "text");
    setMode(file, "---------");
    List<String> command = new ArrayList<>(privileges);
    command.addAll(List.of("cat", file.toString()));
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return true;
    } finally {
      Files.delete(file);
    }
  }

  private static void setMode(Path path, String mode) {
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
