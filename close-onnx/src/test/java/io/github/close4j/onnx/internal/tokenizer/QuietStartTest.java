package io.github.close4j.onnx.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application without any logging sees on its standard error, in a process of its own. */
final class QuietStartTest {
  @TempDir private Path folder;

  /** The application. */
  static final class Application {
    public static void main(String[] args) {
      try (TextTokenizer tokenizer = TextTokenizer.open(Path.of(args[0]), 5)) {
        System.out.print(tokenizer.encode("w3").length);
        System.out.print(" " + System.getProperty("slf4j.internal.verbosity"));
      }
    }
  }

  @Test
  void nothingIsSaidOfLogging() throws Exception {
    assertEquals("3 null", run(new String[0]));
  }

  @Test
  void whatTheApplicationAsksOfItsLoggingStays() throws Exception {
    assertEquals("3 ERROR", run("-Dslf4j.internal.verbosity=ERROR"));
  }

  private String run(String... options) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder java =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.command().add("--enable-native-access=ALL-UNNAMED");
    java.command().addAll(List.of(options));
    java.command()
        .addAll(
            List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Application.class.getName(),
                Checkpoints.path("clip-quick-gelu/tokenizer.json").toString()));
    int exit = java.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    assertEquals("", Files.readString(err));
    assertEquals(0, exit);
    return Files.readString(out);
  }
}
