package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.Safetensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a run as {@code kill -9} does and lets it go on. A line that the run prints sets off the
 * kill, which reaches the process wherever it is by then, often in the midst of a checkpoint.
 * {@code -Dclose.kills=100} for more of it.
 */
final class KillAndResumeTest {
  private static final int KILLS = Integer.getInteger("close.kills", 3);

  /** Lines of a whole run: a step and a checkpoint each step, and some for each validation. */
  private static final int LINES = 2 * TinyRun.STEPS;

  @TempDir private Path directory;
  private byte[] undisturbed;

  @BeforeEach
  void runUndisturbed() throws IOException {
    TinyRun run = TinyRun.in(directory.resolve("undisturbed"));
    run.train(run.trainer());
    undisturbed = run.weights();
  }

  @Test
  void aKilledRunGoesOnToTheUndisturbedResult() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    int unfinished = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Path place = directory.resolve("kill-" + kill);
      int line = 1 + random.nextInt(LINES);
      killAfter(line, place);
      TinyRun run = TinyRun.in(place);
      unfinished += requireWhole(run.checkpoints());

      run.train(run.trainer().resume());

      assertArrayEquals(undisturbed, run.weights(), "killed after line " + line);
      assertTrue(list(run.checkpoints(), WholeFile.TEMPORARY_SUFFIX).isEmpty());
    }
    System.out.printf("%d kills, %d of them in the midst of a checkpoint%n", KILLS, unfinished);
  }

  /** Libtorch must not be unloaded under a step, which would end the process by a signal. */
  @Test
  void aProcessThatIsAskedToEndDoesSoBetweenTwoSteps() throws Exception {
    Path place = directory.resolve("asked");
    Process process = start(place);
    try (BufferedReader reader = process.inputReader()) {
      for (int i = 0; i < 3; i++) {
        assertNotEquals(null, reader.readLine(), "the run ended before it was asked to");
      }
      process.destroy();
      assertEquals(128 + 15, process.waitFor());
    }
    TinyRun run = TinyRun.in(place);
    run.train(run.trainer().resume());
    assertArrayEquals(undisturbed, run.weights());
  }

  private static Process start(Path place) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            TinyRun.class.getName(),
            place.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void killAfter(int lines, Path place) throws Exception {
    Process process = start(place);
    try (BufferedReader reader = process.inputReader()) {
      for (int i = 0; i < lines; i++) {
        assertNotEquals(null, reader.readLine(), "the run ended before it was killed");
      }
      process.destroyForcibly();
    }
    assertNotEquals(0, process.waitFor(), "the run ended before it was killed");
  }

  /**
   * Every file that bears a checkpoint's name can be read; returns how many unfinished there are.
   */
  private static int requireWhole(Path checkpoints) throws IOException {
    if (!Files.exists(checkpoints)) {
      return 0;
    }
    for (Path file : list(checkpoints, ".safetensors")) {
      Safetensors checkpoint = Safetensors.open(file);
      checkpoint.names().forEach(name -> checkpoint.tensor(name).toFloatArray());
    }
    return list(checkpoints, WholeFile.TEMPORARY_SUFFIX).size();
  }

  private static List<Path> list(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).toList();
    }
  }
}
