package io.github.close4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.benchmarks.GpuOptions.FixedLength;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultLinesTest {
  @TempDir private Path folder;

  private record Result(double millis, long[] ids) {}

  @Test
  void knowsWhatIsThere() throws IOException {
    Path file = folder.resolve("results.jsonl");
    ResultLines lines = new ResultLines(file);
    assertFalse(lines.has(FixedLength.BEAM, 8));
    lines.add(FixedLength.BEAM, 8, new Result(1.5, new long[] {3, 1}));
    lines.add(FixedLength.GREEDY, 1, new Result(2, new long[0]));
    assertTrue(lines.has(FixedLength.BEAM, 8));
    assertTrue(lines.has(FixedLength.GREEDY, 1));
    assertFalse(lines.has(FixedLength.BEAM, 1));
    assertEquals(
        List.of(
            "{\"decoding\":\"beam\",\"batch\":8,\"millis\":1.5,\"ids\":[3,1]}",
            "{\"decoding\":\"greedy\",\"batch\":1,\"millis\":2.0,\"ids\":[]}"),
        Files.readAllLines(file));
  }
}
