package io.github.close4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs commands that write every kind of file into the working folder, by their names alone. */
final class ProgramFiles {
  private ProgramFiles() {}

  /** With {@code replace}, only what replaces files that are there is run. */
  public static void main(String[] arguments) throws IOException {
    boolean replaces = arguments.length > 0;
    Path captions =
        Files.writeString(Path.of("captions.txt"), "a red star\na blue heart\ntwo green hearts\n");
    Path scenes = Path.of("scenes");
    run("scenes", "pictures", "--count", 12, "--output", scenes);
    Path references = scenes.resolve("captions.jsonl");
    run("caption", "--scenes", 2, "--html", Path.of("gallery.html"));
    run(
        "evaluate",
        "--built-in",
        "scenes",
        "--references",
        references,
        "--results",
        Path.of("results.json"),
        "--report",
        Path.of("report.html"),
        "--save-vectors",
        Path.of("vectors.safetensors"));
    run("gap", "--built-in", "scenes", "--references", references, "--html", Path.of("gap.html"));
    Path adapter = Path.of("adapter.safetensors");
    run(
        "fit",
        "--built-in",
        "scenes",
        "mean-shift",
        "--references",
        references,
        "--output",
        adapter);
    run("export", "--built-in", "scenes", "--output", Path.of("graphs"), "--beams", 1);
    if (!replaces) {
      Path fresh = Path.of("fresh");
      run("new", "--built-in", "scenes", "--output", fresh);
      run(
          "train",
          "--model",
          fresh,
          "--captions",
          captions,
          "--adapter",
          adapter,
          "--epochs",
          2,
          "--output",
          Path.of("model"));
    }
  }

  private static void run(Object... words) {
    CommandRun run = CommandRun.of(words);
    if (run.exitCode() != 0) {
      throw new IllegalStateException(List.of(words) + ": " + run.err());
    }
  }
}
