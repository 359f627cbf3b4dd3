package io.github.close4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs commands that write every kind of file, in a process of its own. */
final class ProgramFiles {
  private ProgramFiles() {}

  /**
   * The folder to write into comes first; with {@code replace} behind it, only what replaces files
   * that are there is run, after each file got the mode that follows, as nine characters.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    boolean replaces = arguments.length > 1;
    Path captions =
        Files.writeString(
            folder.resolve("captions.txt"), "a red star\na blue heart\ntwo green hearts\n");
    Path scenes = folder.resolve("scenes");
    run("scenes", "pictures", "--count", 12, "--output", scenes);
    Path references = scenes.resolve("captions.jsonl");
    run("caption", "--scenes", 2, "--html", folder.resolve("gallery.html"));
    run(
        "evaluate",
        "--references",
        references,
        "--results",
        folder.resolve("results.json"),
        "--report",
        folder.resolve("report.html"),
        "--save-vectors",
        folder.resolve("vectors.safetensors"));
    run("gap", "--references", references, "--html", folder.resolve("gap.html"));
    Path adapter = folder.resolve("adapter.safetensors");
    run("fit", "mean-shift", "--references", references, "--output", adapter);
    run("export", "--output", folder.resolve("graphs"), "--beams", 1);
    if (!replaces) {
      Path fresh = folder.resolve("fresh");
      run("new", "--output", fresh);
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
          folder.resolve("model"));
    }
  }

  private static void run(Object... words) {
    CommandRun run = CommandRun.of(words);
    if (run.exitCode() != 0) {
      throw new IllegalStateException(List.of(words) + ": " + run.err());
    }
  }
}
