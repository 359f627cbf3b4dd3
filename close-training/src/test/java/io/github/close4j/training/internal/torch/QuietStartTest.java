package io.github.close4j.training.internal.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application without any logging sees on its standard error, in a process of its own. */
final class QuietStartTest {
  @TempDir private Path folder;

  /** The application. */
  static final class Application {
    public static void main(String[] args) {
      TorchRuntime.initialize(1, 1);
      System.out.print("started");
    }
  }

  @Test
  void nothingIsSaidOfLoggingOrVersions() throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int exit =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Application.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals("", Files.readString(err));
    assertEquals("started", Files.readString(out));
    assertEquals(0, exit);
  }
}
