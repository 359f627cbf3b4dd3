package io.github.close4j.examples.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.tables.RowProcesses.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowProcessesTest {
  @TempDir private Path directory;

  /** What the processes run: says its argument, and ends with it as exit code. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      System.out.println("argument " + arguments[0]);
      System.exit(Integer.parseInt(arguments[0]));
    }
  }

  private Job job(String name, int exit) {
    return new Job(name, List.of(Integer.toString(exit)), directory.resolve(name + ".log"));
  }

  @Test
  void allJobsRunAndTheirOutputIsKept() throws InterruptedException, IOException {
    Set<String> finished = ConcurrentHashMap.newKeySet();
    new RowProcesses(Program.class, 2)
        .run(List.of(job("a", 0), job("b", 0), job("c", 0)), finished::add);
    assertEquals(Set.of("a", "b", "c"), finished);
    assertEquals("argument 0", Files.readString(directory.resolve("b.log")).strip());
  }

  @Test
  void aFailureNamesJobCodeAndLogAndTheOthersAreFinished() {
    Set<String> finished = ConcurrentHashMap.newKeySet();
    List<Job> jobs = List.of(job("a", 3), job("b", 0), job("c", 0));
    RowProcesses processes = new RowProcesses(Program.class, 1);
    IllegalStateException thrown =
        assertThrows(IllegalStateException.class, () -> processes.run(jobs, finished::add));
    assertEquals(
        "a: expected exit code 0, found 3; see " + directory.resolve("a.log"), thrown.getMessage());
    assertTrue(directory.resolve("a.log").toFile().exists());
    assertEquals(Set.of("b", "c"), finished);
  }
}
